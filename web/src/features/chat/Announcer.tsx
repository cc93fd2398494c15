import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PeopleStore } from "../people";
import type { ChatStore } from "./store";

interface Props {
  readonly channel: string;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  /** When a key was last pressed in the box. */
  readonly typedAt: RefObject<number>;
}

const PAUSE_MS = 2000;

/**
 * Says the newest message of somebody else to who listens with a screen reader; while they write
 * it waits, since it would be said in between their own letters.
 */
export function Announcer({ channel, chat, people, typedAt }: Props) {
  const last = chat.channel(channel)?.last_message;
  const heard = last && last.sender !== chat.me.value && last.kind === "text" ? last : null;
  const text = heard ? `${people.nameOf(heard.sender ?? "")}: ${heard.body}` : "";
  const [said, setSaid] = useState(text);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const say = () => {
      const wait = (typedAt.current ?? 0) + PAUSE_MS - Date.now();
      if (wait <= 0) setSaid(text);
      else timer = setTimeout(say, wait);
    };
    say();
    return () => clearTimeout(timer);
  }, [text, typedAt]);
  return (
    <div class="sr-only" aria-live="polite" aria-atomic="true">
      {said}
    </div>
  );
}
