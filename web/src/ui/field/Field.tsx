import { useEffect, useId, useRef, useState } from "preact/hooks";
import { cx } from "../../lib/class";
import { Button } from "../button/Button";
import * as icons from "../icons/paths";
import styles from "./Field.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly type?: "text" | "email" | "password" | "search";
  readonly name?: string;
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  /** To be selected and copied, not changed. */
  readonly readOnly?: boolean;
  /** The keys that a phone shows. */
  readonly inputMode?: "text" | "numeric";
  readonly maxLength?: number;
  readonly placeholder?: string;
  readonly autofocus?: boolean;
  readonly hideLabel?: boolean;
}

/** A line of text with its label; what is wrong with it is said below and tied to it. */
export function Field(props: Props) {
  const { label, value, error, hint, type = "text" } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [revealed, setRevealed] = useState(false);
  /* One type for the checker, which ties other attributes to some: these four share theirs. */
  const shown = type === "password" && revealed ? "text" : type;
  const note = error ?? hint;
  useEffect(() => {
    if (props.autofocus) input.current?.focus();
  }, [props.autofocus]);

  return (
    <div class={styles.field}>
      <label class={props.hideLabel ? "sr-only" : styles.label} for={id}>
        {label}
      </label>
      <div class={cx(styles.box, error && styles.wrong)}>
        <input
          ref={input}
          id={id}
          class={styles.input}
          type={shown as "text"}
          name={props.name}
          value={value}
          onInput={(e) => props.onInput(e.currentTarget.value)}
          autocomplete={props.autocomplete}
          required={props.required}
          disabled={props.disabled}
          readOnly={props.readOnly}
          inputMode={props.inputMode}
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          spellcheck={type === "text" && !props.readOnly}
          onFocus={(e) => props.readOnly && e.currentTarget.select()}
          aria-invalid={Boolean(error)}
          aria-describedby={note ? `${id}-note` : undefined}
        />
        {type === "password" && (
          <Button
            kind="subtle"
            size="small"
            icon={revealed ? icons.eyeOff : icons.eye}
            label={revealed ? "Hide password" : "Show password"}
            onClick={() => setRevealed(!revealed)}
          />
        )}
      </div>
      {note && (
        <p
          id={`${id}-note`}
          class={error ? styles.error : styles.hint}
          role={error ? "alert" : undefined}
        >
          {note}
        </p>
      )}
    </div>
  );
}
