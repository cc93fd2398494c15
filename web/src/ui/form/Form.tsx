import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../../api/errors";
import { Banner } from "../banner/Banner";
import { Button } from "../button/Button";
import styles from "./Form.module.css";
import { refusalText } from "./refusals";

interface Props {
  readonly submit: string;
  readonly onSubmit: () => Promise<void>;
  /** The fields, told what is wrong with one of them. */
  readonly children: (errorOf: (field: string) => string | undefined) => ComponentChildren;
  /** What stands in the fields, by name; none may be empty. */
  readonly fields: Readonly<Record<string, string>>;
  /** At the side of the button that sends. */
  readonly beside?: ComponentChildren;
  /** The button as wide as the form. */
  readonly full?: boolean;
}

/** Sends once at a time; what is wrong is shown at its field, or above when it is of none. */
export function Form({ submit, onSubmit, children, fields, beside, full = false }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const field = error instanceof ApiError ? error.field : undefined;
  const known = field !== undefined && field in fields;
  const isEmpty = (name: string) => fields[name]?.trim() === "";

  const errorOf = (name: string) => {
    if (tried && isEmpty(name)) return "Fill this in.";
    return known && field === name ? refusalText(error) : undefined;
  };
  const send = async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    setTried(true);
    setError(null);
    if (!Object.keys(fields).some(isEmpty)) {
      setBusy(true);
      await onSubmit().catch(setError);
      setBusy(false);
    }
    /* Once it is drawn what is wrong. */
    setTimeout(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };

  return (
    <form ref={form} class={styles.form} onSubmit={send} noValidate>
      {error !== null && !known && <Banner kind="error">{refusalText(error)}</Banner>}
      {children(errorOf)}
      <div class={styles.foot} data-full={full}>
        {beside}
        <Button
          kind="primary"
          type="submit"
          size={full ? "large" : "medium"}
          full={full}
          busy={busy}
        >
          {submit}
        </Button>
      </div>
    </form>
  );
}
