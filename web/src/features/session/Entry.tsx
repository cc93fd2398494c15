import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiError, errorText } from "../../api/errors";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import styles from "./Entry.module.css";

interface Props {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The card on which one comes in: signing in, setting up, an invitation. */
export function Entry({ title, lead, children }: Props) {
  return (
    <main class={styles.page}>
      <div class={styles.card}>
        <p class={styles.brand}>
          <img src="/icon.svg" alt="" />
          Convene
        </p>
        <h1 class={styles.title}>{title}</h1>
        {lead && <p class={styles.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}

interface FormProps {
  readonly submit: string;
  readonly onSubmit: () => Promise<void>;
  /** The fields, told what is wrong with one of them. */
  readonly children: (errorOf: (field: string) => string | undefined) => ComponentChildren;
  /** What stands in the fields, by name; none may be empty. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Sends once at a time; what is wrong is shown at its field, or above when it is of none. */
export function EntryForm({ submit, onSubmit, children, fields }: FormProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const field = error instanceof ApiError ? error.field : undefined;
  const known = field !== undefined && field in fields;
  const isEmpty = (name: string) => fields[name]?.trim() === "";

  const errorOf = (name: string) => {
    if (tried && isEmpty(name)) return "Fill this in.";
    return known && field === name ? errorText(error) : undefined;
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
      {error !== null && !known && <Banner kind="error">{errorText(error)}</Banner>}
      {children(errorOf)}
      <Button kind="primary" type="submit" size="large" full busy={busy}>
        {submit}
      </Button>
    </form>
  );
}
