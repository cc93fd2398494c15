import { useEffect } from "preact/hooks";
import type { CallRecord } from "../../api/gen";
import { fullTime } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { presenceText } from "../../ui/avatar/presence";
import { Button } from "../../ui/button/Button";
import { EmptyState } from "../../ui/empty/EmptyState";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import { CallButtons } from "./CallButtons";
import styles from "./CallDetails.module.css";
import type { CallHistory } from "./history";
import type { People } from "./people";
import { isMissed, nameOf, recordIcon, recordText } from "./recordTexts";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
  readonly history: CallHistory;
  readonly people: People;
  readonly id: string | null;
}

/** Who a call was with, the calls with them, and how to reach them again. */
export function CallDetails({ calls, history, people, id }: Props) {
  const record = id === null ? undefined : history.of(id);
  const peer = record?.peer?.id;
  useEffect(() => (peer === undefined ? undefined : people.watch?.(peer)), [peer]);
  /* The list beside bears the emblem while it is empty. */
  if (history.records.value?.length === 0 && !record)
    return <EmptyState title="Your calls will be shown here" />;
  if (!record) return <EmptyState title="Choose a call to see more" icon={icons.call} />;
  const name = nameOf(record);
  const state = peer === undefined ? undefined : people.stateOf(peer);
  const theirs = (history.records.value ?? []).filter((r) => r.channel === record.channel);
  return (
    <article class={styles.details} aria-label={`Calls with ${name}`}>
      <header class={styles.head}>
        <span class={styles.back}>
          <Button kind="subtle" icon={icons.arrowLeft} label="Back to the list" href="/calls" />
        </span>
        <Avatar
          id={peer ?? record.id}
          name={name}
          picture={record.peer?.picture}
          size={72}
          presence={state}
        />
        <div>
          <h2 class={styles.name}>{name}</h2>
          {state && state !== "unknown" && <p class={styles.state}>{presenceText(state)}</p>}
        </div>
      </header>
      {peer !== undefined && (
        <div class={styles.actions}>
          <Button icon={icons.chat} href={`/chat/${record.channel}`}>
            Chat
          </Button>
          <CallButtons calls={calls} channel={record.channel} peer={peer} />
        </div>
      )}
      <h3 class={styles.title}>History</h3>
      <ul class={styles.list}>
        {theirs.map((r) => (
          <Past key={r.id} record={r} />
        ))}
      </ul>
    </article>
  );
}

function Past({ record }: { readonly record: CallRecord }) {
  return (
    <li class={styles.past}>
      <Icon path={recordIcon(record)} />
      <span class={isMissed(record) ? styles.missed : undefined}>{recordText(record)}</span>
      <time class={styles.time} dateTime={new Date(record.started_at).toISOString()}>
        {fullTime(record.started_at)}
      </time>
    </li>
  );
}
