import type { Message } from "../../api/gen";
import { clockText } from "../../lib/time";
import { Button } from "../../ui/button/Button";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import styles from "./SystemLine.module.css";

interface Props {
  readonly message: Message;
  readonly me: string;
  /** Calls back; none where it cannot be done. */
  readonly onCall?: ((video: boolean) => void) | undefined;
}

/** What happened in a conversation: who came, a call. */
export function SystemLine({ message, me, onCall }: Props) {
  const { data, kind } = message;
  const isCall = kind === "call";
  const missed = isCall && data?.outcome === "missed" && data.caller !== me;
  const icon = missed ? icons.callMissed : isCall ? icons.call : icons.people;
  return (
    <article class={styles.line} data-roving aria-label={message.body}>
      <span class={missed ? styles.missed : undefined}>
        <Icon path={icon} size={16} />
      </span>
      <span class={missed ? styles.missed : undefined}>{message.body}</span>
      <time>{clockText(message.created_at)}</time>
      {isCall && onCall && (
        <Button size="small" onClick={() => onCall(data?.video === true)}>
          {data?.caller === me ? "Call again" : "Call back"}
        </Button>
      )}
    </article>
  );
}
