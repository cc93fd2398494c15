import type { Channel } from "../../api/gen";
import { fullTime, listTime } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { Badge } from "../../ui/badge/Badge";
import { ListRow } from "../../ui/list/ListRow";
import {
  type ChatStore,
  draftOf,
  faceName,
  otherOf,
  previewOf,
  titleOf,
  typingText,
} from "../chat";
import { Face, type PeopleStore } from "../people";
import styles from "./Pane.module.css";

interface Props {
  readonly channel: Channel;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly href: string;
  readonly current: boolean;
}

/** A conversation in the list. */
export function ChatRow({ channel, chat, people, href, current }: Props) {
  const me = chat.me.value;
  const other = otherOf(channel, me);
  const title = titleOf(channel, me);
  const nameOf = (id: string) => people.nameOf(id);
  const typing = typingText(chat.typing.in(channel.id), nameOf);
  const draft = current ? "" : draftOf(me, channel.id).get().trim();
  const last = channel.last_message;
  const isChannel = channel.kind === "standard";

  return (
    <ListRow
      href={href}
      current={current}
      strong={channel.unread > 0}
      start={
        isChannel ? undefined : other ? (
          <Face people={people} id={other.id} name={title} />
        ) : (
          <Avatar id={channel.id} name={faceName(channel, me)} />
        )
      }
      title={title}
      detail={
        isChannel ? undefined : typing ? (
          <span class={styles.typing}>{typing}</span>
        ) : draft ? (
          <>
            <span class={styles.draft}>Draft:</span> {draft}
          </>
        ) : (
          previewOf(channel, me, nameOf)
        )
      }
      end={
        <>
          {!isChannel && last && (
            <time title={fullTime(last.created_at)}>{listTime(last.created_at, Date.now())}</time>
          )}
          {isChannel && draft && <span class={styles.draft}>Draft</span>}
          <Badge count={channel.unread} kind="brand" label="unread" />
        </>
      }
    />
  );
}
