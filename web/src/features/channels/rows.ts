import type { Channel } from "../../api/gen";
import { titleOf } from "../chat";

const lastAt = (c: Channel) => c.last_message?.created_at ?? c.created_at;

interface ChatFilter {
  readonly unread: boolean;
  readonly text: string;
  /** Channels of teams, too: a guest has no other place for the one they see. */
  readonly all?: boolean;
}

/** The chats of the list: the latest first, those that fit the filters. */
export function chatRows(
  channels: readonly Channel[],
  me: string,
  { unread, text, all = false }: ChatFilter,
): readonly Channel[] {
  const wanted = text.trim().toLocaleLowerCase();
  return channels
    .filter((c) => all || c.kind !== "standard")
    .filter((c) => !unread || c.unread > 0)
    .filter((c) => wanted === "" || titleOf(c, me).toLocaleLowerCase().includes(wanted))
    .sort((a, b) => lastAt(b) - lastAt(a));
}

/** The channels of a team: General first, then by name. */
export function teamRows(channels: readonly Channel[], team: string): readonly Channel[] {
  const rank = (c: Channel) => (c.name === "General" ? "" : (c.name ?? ""));
  return channels
    .filter((c) => c.kind === "standard" && c.team === team)
    .sort((a, b) => rank(a).localeCompare(rank(b)));
}
