import type { PeopleStore } from "../people";
import { Bubble, PendingBubble } from "./Bubble";
import type { Item } from "./items";
import styles from "./MessageList.module.css";
import { SystemLine } from "./SystemLine";

interface Props {
  readonly item: Item;
  readonly me: string;
  readonly people: PeopleStore;
  readonly onCall?: ((video: boolean) => void) | undefined;
  readonly onRetry: (clientId: string) => void;
  readonly onDelete: (clientId: string) => void;
}

export function ItemView({ item, me, people, onCall, onRetry, onDelete }: Props) {
  switch (item.kind) {
    case "day":
      return <p class={styles.day}>{item.text}</p>;
    case "last-read":
      return (
        <p class={styles.read} data-last-read>
          Last read
        </p>
      );
    case "line":
      return <SystemLine message={item.message} me={me} onCall={onCall} />;
    case "message":
      return (
        <Bubble
          message={item.message}
          own={item.own}
          head={item.head}
          receipt={item.receipt}
          people={people}
        />
      );
    case "pending":
      return (
        <PendingBubble
          pending={item.pending}
          head={item.head}
          onRetry={() => onRetry(item.pending.clientId)}
          onDelete={() => onDelete(item.pending.clientId)}
        />
      );
  }
}
