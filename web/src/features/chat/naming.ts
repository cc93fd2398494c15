import type { Channel } from "../../api/gen";

/** The other one of a direct chat. */
export function otherOf(channel: Channel, me: string) {
  return channel.kind === "direct" ? channel.members.find((m) => m.id !== me) : undefined;
}

/** What a conversation is called: its name, or the people in it. */
export function titleOf(channel: Channel, me: string): string {
  const other = otherOf(channel, me);
  if (other) return other.name;
  if (channel.name) return channel.name;
  const names = channel.members.filter((m) => m.id !== me).map((m) => m.name.split(" ")[0] ?? "");
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} +${names.length - 3}` : shown || "Only you";
}

/** What the letters on its avatar stand for: of a group without a name, two of its people. */
export function faceName(channel: Channel, me: string): string {
  if (channel.kind === "direct" || channel.name) return titleOf(channel, me);
  const names = channel.members.filter((m) => m.id !== me).map((m) => m.name.split(" ")[0] ?? "");
  return names.slice(0, 2).join(" ") || titleOf(channel, me);
}

/** The line of a list below the title: with a name where it is not clear who wrote. */
export function previewOf(channel: Channel, me: string, nameOf: (id: string) => string): string {
  const m = channel.last_message;
  if (m === null) return "";
  if (m.deleted) return "This message has been deleted";
  if (m.kind !== "text" || m.sender === null) return m.body;
  if (m.sender === me) return `You: ${m.body}`;
  if (channel.kind === "direct") return m.body;
  return `${nameOf(m.sender).split(" ")[0]}: ${m.body}`;
}

/** "Mei is typing…", "Mei and Jonas are typing…", "Several people are typing…" */
export function typingText(users: readonly string[], nameOf: (id: string) => string): string {
  const names = users.map((u) => nameOf(u).split(" ")[0] ?? "");
  if (names.length === 0) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return "Several people are typing…";
}
