import { useId } from "preact/hooks";
import { Icon } from "../icons/Icon";
import * as icons from "../icons/later";
import styles from "./Select.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly hideLabel?: boolean;
}

export function Select({ label, value, options, onChange, hint, disabled, hideLabel }: Props) {
  const id = useId();
  return (
    <div class={styles.select}>
      <label class={hideLabel ? "sr-only" : styles.label} for={id}>
        {label}
      </label>
      <div class={styles.box}>
        <select
          id={id}
          class={styles.input}
          value={value}
          disabled={disabled}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(e) => onChange(e.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon path={icons.chevronDown} size={16} />
      </div>
      {hint && (
        <p id={`${id}-hint`} class={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}
