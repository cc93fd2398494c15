import { useEffect, useState } from "preact/hooks";
import type { Channel, Person } from "../api/gen";
import { chatRows } from "../features/channels";
import { faceName, otherOf, titleOf } from "../features/chat";
import { Face, type PeopleStore } from "../features/people";
import { Avatar } from "../ui/avatar/Avatar";
import { List } from "../ui/list/List";
import { ListRow } from "../ui/list/ListRow";
import styles from "./Search.module.css";
import type { Services } from "./services";

const SOON_MS = 150;

interface Props {
  readonly services: Services;
  /** What is looked for, not empty. */
  readonly text: string;
  readonly onChat: (channel: string) => void;
  readonly onPerson: (user: string) => void;
}

/** The people and chats that are called so. */
export function SearchFound({ services, text, onChat, onPerson }: Props) {
  const found = useFound(services, text);
  const me = services.me.value.id;
  const chats = chatRows(services.chat.channels.value, me, { unread: false, text }).slice(0, 5);
  const known = new Set(chats.map((c) => otherOf(c, me)?.id));
  const others = (found ?? []).filter((p) => p.id !== me && !known.has(p.id)).slice(0, 8);
  return (
    <div class={styles.found}>
      <List label="Found">
        {chats.map((c) => (
          <ListRow
            key={c.id}
            title={titleOf(c, me)}
            detail={c.kind === "group" ? "Group chat" : "Chat"}
            start={<ChatFace channel={c} me={me} people={services.people} />}
            onClick={() => onChat(c.id)}
          />
        ))}
        {others.map((p) => (
          <ListRow
            key={p.id}
            title={p.name}
            detail={p.email}
            start={<Face people={services.people} id={p.id} name={p.name} />}
            onClick={() => onPerson(p.id)}
          />
        ))}
      </List>
      {found !== null && chats.length + others.length === 0 && (
        <p class={styles.none}>Nobody and no chat of this name.</p>
      )}
    </div>
  );
}

interface FaceProps {
  readonly channel: Channel;
  readonly me: string;
  readonly people: PeopleStore;
}

function ChatFace({ channel, me, people }: FaceProps) {
  const other = otherOf(channel, me);
  if (other) return <Face people={people} id={other.id} name={other.name} />;
  return <Avatar id={channel.id} name={faceName(channel, me)} />;
}

/** Who is found for the text; null while that is not known. */
function useFound(services: Services, text: string): readonly Person[] | null {
  const [found, setFound] = useState<readonly [string, readonly Person[]]>(["", []]);
  useEffect(() => {
    const later = setTimeout(() => {
      services.people.find(text).then(
        (people) => setFound([text, people]),
        () => setFound([text, []]),
      );
    }, SOON_MS);
    return () => clearTimeout(later);
  }, [services, text]);
  return found[0] === text ? found[1] : null;
}
