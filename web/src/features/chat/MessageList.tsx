import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { EmptyState } from "../../ui/empty/EmptyState";
import * as icons from "../../ui/icons/paths";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import type { PeopleStore } from "../people";
import { type Item, itemsOf } from "./items";
import styles from "./MessageList.module.css";
import type { ChatStore } from "./store";
import { EMPTY } from "./timeline";
import { useRows } from "./useRows";
import { useScroll } from "./useScroll";

interface Props {
  readonly channel: Channel;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly onCall?: ((video: boolean) => void) | undefined;
}

/** The rows of a conversation, newest at the foot. */
export function MessageList({ channel, chat, people, onCall }: Props) {
  const { id } = channel;
  const [readUpTo] = useState(() => (channel.unread > 0 ? channel.read_seq : null));
  const timeline = chat.timeline(id);
  const loading = chat.loading(id);
  const items = useComputed<readonly Item[]>(() =>
    itemsOf({
      timeline: chat.timeline(id) ?? EMPTY,
      pending: chat.pending(id),
      me: chat.me.value,
      now: Date.now(),
      readUpTo,
    }),
  ).value;
  const rows = useRows({ items, me: chat.me.value, chat, people, onCall });
  const box = useRef<HTMLDivElement>(null);
  const scroll = useScroll(box, items, {
    onTop: () => void chat.older(id),
    onSeen: () => chat.seen(id, chat.timeline(id)?.messages.at(-1)?.seq ?? 0),
  });
  useEffect(() => {
    if (timeline === null && loading === "no") void chat.open(id);
  }, [chat, id, timeline === null, loading]);

  if (timeline === null)
    return loading === "failed" ? (
      <EmptyState
        title="The messages could not be loaded"
        icon={icons.cloudOff}
        action={<Button onClick={() => void chat.open(id)}>Try again</Button>}
      />
    ) : (
      <div class={styles.scroll}>
        <Skeleton kind="message" />
      </div>
    );
  return (
    <div class={styles.list}>
      <div ref={box} class={styles.scroll} onScroll={scroll.onScroll}>
        <div
          class={styles.column}
          role="feed"
          aria-label="Messages"
          aria-busy={loading === "older"}
        >
          {loading === "older" && <Skeleton kind="message" rows={2} />}
          {!timeline.moreBefore && items.length < 2 && (
            <p class={styles.begin}>
              You're starting a new conversation. Type your first message below.
            </p>
          )}
          {rows}
        </div>
      </div>
      {scroll.below && (
        <div class={styles.new}>
          <Button kind="primary" round icon={icons.arrowDown} onClick={scroll.toBottom}>
            {scroll.unseen ? "New messages" : "Latest"}
          </Button>
        </div>
      )}
    </div>
  );
}
