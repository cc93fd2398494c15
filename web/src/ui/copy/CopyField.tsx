import { useState } from "preact/hooks";
import { Button } from "../button/Button";
import { Field } from "../field/Field";
import * as later from "../icons/later";
import * as icons from "../icons/paths";
import styles from "./CopyField.module.css";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly autofocus?: boolean;
}

/** A text to be taken away: it can be selected, and copied by a button. */
export function CopyField({ label, value, hint, autofocus = false }: Props) {
  return (
    <div>
      <div class={styles.copy}>
        <Field label={label} value={value} onInput={() => {}} readOnly autofocus={autofocus} />
        <CopyButton text={value} />
      </div>
      {hint && <p class={styles.hint}>{hint}</p>}
    </div>
  );
}

/** Copies a text, and says whether it could. */
export function CopyButton({ text, label = "Copy" }: { readonly text: string; label?: string }) {
  const [said, setSaid] = useState<"" | "Copied" | "Not copied">("");
  const copy = () => {
    /* Without https there is no clipboard to write to. */
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject(new Error())).then(
      () => setSaid("Copied"),
      () => setSaid("Not copied"),
    );
  };
  return (
    <>
      <Button icon={said === "Copied" ? icons.checkmark : later.copy} onClick={copy}>
        {said || label}
      </Button>
      <span class="sr-only" role="status">
        {said === "Not copied" ? "Not copied: select the text and copy it by hand." : said}
      </span>
    </>
  );
}
