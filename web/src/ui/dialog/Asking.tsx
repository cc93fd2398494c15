import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Banner } from "../banner/Banner";
import { Button } from "../button/Button";
import { refusalText } from "../form/refusals";
import styles from "./Asking.module.css";
import { Dialog } from "./Dialog";

interface Props {
  readonly title: string;
  readonly submit: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onClose: () => void;
  readonly onSubmit: () => Promise<void>;
  readonly children?: ComponentChildren;
}

/** A dialog with one act, by its button or Enter: it closes when that is done, and says why it was not. */
export function Asking({ title, submit, danger, disabled, onClose, onSubmit, children }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useId();
  const run = async (e: Event) => {
    e.preventDefault();
    if (busy || disabled) return;
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
      onClose();
    } catch (refused) {
      setError(refused);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind={danger ? "danger" : "primary"}
            type="submit"
            form={form}
            busy={busy}
            disabled={disabled ?? false}
          >
            {submit}
          </Button>
        </>
      }
    >
      <form id={form} class={styles.form} onSubmit={(e) => void run(e)} noValidate>
        {error !== null && <Banner kind="error">{refusalText(error)}</Banner>}
        {children}
      </form>
    </Dialog>
  );
}
