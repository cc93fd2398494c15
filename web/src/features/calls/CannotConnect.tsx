import { Button } from "../../ui/button/Button";
import { CopyButton } from "../../ui/copy/CopyField";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import styles from "./CannotConnect.module.css";
import type { Diagnosis } from "./engine/diagnosis";
import type { Way } from "./engine/way";

interface Props {
  readonly way: Way;
  readonly trouble: Diagnosis;
}

/** Why the call does not connect: which step failed, and what to tell the administrator. */
export function CannotConnect({ way, trouble }: Props) {
  const { title, what, tell } = trouble;
  return (
    <div class={styles.place}>
      <section class={styles.card} role="alert" aria-label="No connection">
        <h2 class={styles.title}>
          <Icon path={icons.warning} />
          {title}
        </h2>
        <p>{what}</p>
        {tell !== null && (
          <p class={styles.tell}>
            <strong>For the administrator: </strong>
            {tell}
          </p>
        )}
        <div class={styles.buttons}>
          <Button kind="primary" onClick={() => way.again()}>
            Try again
          </Button>
          <CopyButton text={way.details()} label="Copy details" />
        </div>
        <p class={styles.quiet}>It is tried again and again by itself meanwhile.</p>
      </section>
    </div>
  );
}
