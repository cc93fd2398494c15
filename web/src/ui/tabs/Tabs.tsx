import { useEffect, useRef } from "preact/hooks";
import { roving } from "../../lib/focus";
import styles from "./Tabs.module.css";

interface Tab {
  readonly id: string;
  readonly label: string;
  readonly href?: string;
}

interface Props {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly current: string;
  readonly onSelect?: (id: string) => void;
}

/** One tab stop; the arrows move and choose at once, as nothing is lost by looking. */
export function Tabs({ label, tabs, current, onSelect }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => (box.current ? roving(box.current, { axis: "x", wrap: true }) : undefined), []);
  return (
    <div ref={box} class={styles.tabs} role="tablist" aria-label={label}>
      {tabs.map((tab) => {
        const common = {
          class: styles.tab,
          role: "tab",
          "aria-selected": tab.id === current,
          "aria-current": tab.id === current ? "true" : undefined,
          "data-roving": true,
          onFocus: () => tab.id !== current && onSelect?.(tab.id),
          onClick: () => onSelect?.(tab.id),
        } as const;
        return tab.href === undefined ? (
          <button key={tab.id} type="button" {...common}>
            {tab.label}
          </button>
        ) : (
          <a key={tab.id} href={tab.href} {...common}>
            {tab.label}
          </a>
        );
      })}
    </div>
  );
}
