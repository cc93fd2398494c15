import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Channel } from "../../api/gen";
import { plural } from "../../lib/text";
import { agoText } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { presenceText } from "../../ui/avatar/presence";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/paths";
import { cardOf, type PeopleStore } from "../people";
import { Announcer } from "./Announcer";
import { Composer } from "./Composer";
import styles from "./ConversationView.module.css";
import { MessageList } from "./MessageList";
import { faceName, otherOf, titleOf, typingText } from "./naming";
import type { ChatStore } from "./store";

interface Props {
  readonly channel: Channel;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  /** Where the back arrow of a phone leads. */
  readonly listHref?: string;
  /** Call buttons, the group's menu. */
  readonly tools?: ComponentChildren;
  /** Under the header. */
  readonly banner?: ComponentChildren;
  /** Without its header: beside a call. */
  readonly bare?: boolean;
  readonly onCall?: ((video: boolean) => void) | undefined;
}

/** One conversation: who it is with, its rows, and where one writes. */
export function ConversationView(props: Props) {
  const { channel, chat, people, onCall } = props;
  const me = chat.me.value;
  const title = titleOf(channel, me);
  const typedAt = useRef(0);
  const placeholder = channel.kind === "direct" ? "Type a message" : `Type a message to ${title}`;
  return (
    <div class={styles.view} key={channel.id}>
      {!props.bare && (
        <header class={styles.head}>
          <span class={styles.back}>
            <Button
              kind="subtle"
              icon={icons.arrowLeft}
              label="Back to the list"
              href={props.listHref ?? ""}
            />
          </span>
          <About channel={channel} title={title} me={me} people={people} />
          <div class={styles.tools}>{props.tools}</div>
        </header>
      )}
      {props.banner}
      <MessageList channel={channel} chat={chat} people={people} onCall={onCall} />
      <Composer
        channel={channel.id}
        me={me}
        placeholder={placeholder}
        typing={typingText(chat.typing.in(channel.id), (id) => people.nameOf(id))}
        onSend={(text) => chat.send(channel.id, text)}
        onTyped={() => {
          typedAt.current = Date.now();
          chat.typed(channel.id);
        }}
      />
      <Announcer channel={channel.id} chat={chat} people={people} typedAt={typedAt} />
    </div>
  );
}

interface AboutProps {
  readonly channel: Channel;
  readonly title: string;
  readonly me: string;
  readonly people: PeopleStore;
}

function About({ channel, title, me, people }: AboutProps) {
  const other = otherOf(channel, me);
  useEffect(() => (other ? people.watch(other.id) : undefined), [other?.id, people]);
  const presence = other ? people.presence(other.id) : null;
  const away = presence?.last_seen ? `, last seen ${agoText(presence.last_seen, Date.now())}` : "";
  const state = other
    ? presence && `${presenceText(presence.state)}${away}`
    : plural(channel.member_count, "person", "people");
  const inside = (
    <>
      <Avatar
        id={other?.id ?? channel.id}
        name={faceName(channel, me)}
        picture={other && people.pictureOf(other.id)}
        square={channel.kind === "standard"}
        presence={other && people.stateOf(other.id)}
      />
      <span class={styles.names}>
        <h1 class={styles.title}>{title}</h1>
        <span class={styles.state}>{state}</span>
      </span>
    </>
  );
  if (!other) return <div class={styles.about}>{inside}</div>;
  return (
    <button type="button" class={styles.about} {...cardOf(people.cards, other.id)}>
      {inside}
    </button>
  );
}
