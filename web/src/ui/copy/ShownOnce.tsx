import { Button } from "../button/Button";
import { Dialog } from "../dialog/Dialog";
import { CopyField } from "./CopyField";
import styles from "./CopyField.module.css";

interface Props {
  readonly title: string;
  readonly value: string;
  readonly onClose: () => void;
}

/** A token's text, which nobody can be told again: it goes only when one says that one has it. */
export function ShownOnce({ title, value, onClose }: Props) {
  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      dismissable={false}
      actions={
        <Button kind="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div class={styles.once}>
        <p>It is shown only now: copy it to where the program reads it.</p>
        <CopyField
          label="Token"
          value={value}
          hint="Sent as “Authorization: Bearer” with each request."
          autofocus
        />
      </div>
    </Dialog>
  );
}
