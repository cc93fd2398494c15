import { useEffect, useRef } from "preact/hooks";
import { roving } from "../../lib/focus";
import styles from "./Pills.module.css";

interface Props {
  readonly label: string;
  readonly options: readonly { readonly id: string; readonly label: string }[];
  readonly on: readonly string[];
  readonly onToggle: (id: string) => void;
}

/** Filters, several of which may be on. */
export function Pills({ label, options, on, onToggle }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current ? roving(box.current, { axis: "x" }) : undefined), []);
  return (
    <div ref={box} class={styles.pills} role="toolbar" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.id}
          type="button"
          class={styles.pill}
          data-roving
          aria-pressed={on.includes(option.id)}
          onClick={() => onToggle(option.id)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
