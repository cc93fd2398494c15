import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
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
  readonly fields: readonly string[];
}

/** Sends once at a time; a refusal is shown at its field, or above when it is of none. */
export function EntryForm({ submit, onSubmit, children, fields }: FormProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const field = error instanceof ApiError ? error.field : undefined;
  const known = field !== undefined && fields.includes(field);

  const send = async (e: Event) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
    } catch (e) {
      setError(e);
    }
    setBusy(false);
  };

  return (
    <form class={styles.form} onSubmit={send} noValidate>
      {error !== null && !known && <Banner kind="error">{errorText(error)}</Banner>}
      {children((name) => (known && field === name ? errorText(error) : undefined))}
      <Button kind="primary" type="submit" size="large" full busy={busy}>
        {submit}
      </Button>
    </form>
  );
}
