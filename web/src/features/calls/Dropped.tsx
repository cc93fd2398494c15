import { Avatar } from "../../ui/avatar/Avatar";
import { Button } from "../../ui/button/Button";
import styles from "./Dropped.module.css";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
  readonly name: string;
}

/** The call broke off. */
export function Dropped({ calls, name }: Props) {
  const { peer, call } = calls.held.value;
  return (
    <div class={styles.dropped} role="alert">
      <Avatar id={peer ?? ""} name={name} picture={calls.picture(peer)} size={96} />
      <p class={styles.title}>We lost you</p>
      <p>{call?.group ? "The meeting broke off." : `The call with ${name} broke off.`}</p>
      <div class={styles.buttons}>
        <Button kind="primary" autofocus onClick={() => void calls.again()}>
          Rejoin
        </Button>
        <Button onClick={() => calls.dismiss()}>Dismiss</Button>
      </div>
    </div>
  );
}
