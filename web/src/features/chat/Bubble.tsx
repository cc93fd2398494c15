import { useEffect } from "preact/hooks";
import type { Message } from "../../api/gen";
import { clockText, fullTime } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { Button } from "../../ui/button/Button";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import { cardOf, type PeopleStore } from "../people";
import styles from "./Bubble.module.css";
import { RichText } from "./RichText";
import type { Pending } from "./timeline";

interface Props {
  readonly message: Message;
  readonly own: boolean;
  readonly head: boolean;
  readonly receipt: boolean;
  readonly people: PeopleStore;
}

/** One message; the first of a run bears who and when. */
export function Bubble({ message, own, head, receipt, people }: Props) {
  const sender = message.sender ?? "";
  const name = own ? "You" : people.nameOf(sender);
  const face = head && !own && sender !== "";
  useEffect(() => (face ? people.watch(sender) : undefined), [face, people, sender]);
  return (
    <article
      class={styles.row}
      data-own={own}
      data-head={head}
      data-roving
      aria-label={`${name}, ${clockText(message.created_at)}: ${message.body}`}
    >
      {face && (
        <button
          type="button"
          class={styles.face}
          tabIndex={-1}
          aria-label={`About ${name}`}
          {...cardOf(people.cards, sender)}
        >
          <Avatar
            id={sender}
            name={name}
            picture={people.pictureOf(sender)}
            presence={people.stateOf(sender)}
          />
        </button>
      )}
      {head && (
        <p class={styles.who}>
          {!own && <span>{name}</span>}
          <time data-tip={fullTime(message.created_at)}>{clockText(message.created_at)}</time>
        </p>
      )}
      <div class={styles.bubble} data-tip={head ? undefined : clockText(message.created_at)}>
        {message.deleted ? (
          <span class={styles.gone}>This message has been deleted</span>
        ) : (
          <RichText text={message.body} />
        )}
      </div>
      {receipt && (
        <span class={styles.receipt} data-tip="Sent">
          <Icon path={icons.checkmarkCircle} size={16} label="Sent" />
        </span>
      )}
    </article>
  );
}

interface PendingProps {
  readonly pending: Pending;
  readonly head: boolean;
  readonly onRetry: () => void;
  readonly onDelete: () => void;
}

/** One that the server does not have yet. */
export function PendingBubble({ pending, head, onRetry, onDelete }: PendingProps) {
  const failed = pending.failed !== null;
  return (
    <article
      class={styles.row}
      data-own
      data-head={head}
      data-roving
      aria-busy={!failed}
      aria-label={`You, ${failed ? "not sent" : "sending"}: ${pending.body}`}
    >
      {head && <p class={styles.who}>{clockText(pending.at)}</p>}
      <div class={styles.bubble}>
        <RichText text={pending.body} />
      </div>
      <span class={styles.receipt} data-tip={failed ? "Not sent" : "Sending…"}>
        {failed ? (
          <span class={styles.failed}>
            <Icon path={icons.errorCircleFilled} size={16} label="Not sent" />
          </span>
        ) : (
          <Icon path={icons.circle} size={16} label="Sending" />
        )}
      </span>
      {failed && (
        <p class={styles.trouble}>
          <span>Not sent. {pending.failed}</span>
          <Button size="small" onClick={onRetry}>
            Retry
          </Button>
          <Button size="small" kind="subtle" onClick={onDelete}>
            Delete
          </Button>
        </p>
      )}
    </article>
  );
}
