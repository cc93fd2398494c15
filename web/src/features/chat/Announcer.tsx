import type { PeopleStore } from "../people";
import type { ChatStore } from "./store";

interface Props {
  readonly channel: string;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
}

/** Says the newest message of somebody else to who listens with a screen reader. */
export function Announcer({ channel, chat, people }: Props) {
  const last = chat.channel(channel)?.last_message;
  const heard = last && last.sender !== chat.me.value && last.kind === "text" ? last : null;
  return (
    <div class="sr-only" aria-live="polite" aria-atomic="true">
      {heard ? `${people.nameOf(heard.sender ?? "")}: ${heard.body}` : ""}
    </div>
  );
}
