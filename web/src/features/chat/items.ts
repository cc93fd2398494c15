import type { Message } from "../../api/gen";
import { dayText, sameDay } from "../../lib/time";
import type { Pending, Timeline } from "./timeline";

const GROUP_MS = 5 * 60_000;

/** What the list of a conversation is drawn from, top to bottom. */
export type Item =
  | { readonly kind: "day"; readonly key: string; readonly text: string }
  | { readonly kind: "last-read"; readonly key: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      readonly own: boolean;
      /** The first of a run by one sender: with name and time. */
      readonly head: boolean;
      /** The newest of one's own: bears the receipt. */
      readonly receipt: boolean;
    }
  | { readonly kind: "line"; readonly key: string; readonly message: Message }
  | {
      readonly kind: "pending";
      readonly key: string;
      readonly pending: Pending;
      readonly head: boolean;
    };

interface Given {
  readonly timeline: Timeline;
  readonly pending: readonly Pending[];
  readonly me: string;
  readonly now: number;
  /** The last row that was read when the conversation was opened; null: no line. */
  readonly readUpTo: number | null;
}

function continues(before: Message | undefined, m: Message): boolean {
  return (
    before !== undefined &&
    before.kind === "text" &&
    before.sender === m.sender &&
    m.created_at - before.created_at < GROUP_MS
  );
}

/** Where the line goes: above the first row of somebody else that counts and was not read. */
function lineAbove({ timeline, me, readUpTo }: Given): number | null {
  if (readUpTo === null) return null;
  const first = timeline.messages.find(
    (m) => m.seq > readUpTo && m.sender !== me && m.kind !== "system",
  );
  return first?.seq ?? null;
}

export function itemsOf(given: Given): readonly Item[] {
  const { timeline, pending, me, now } = given;
  const items: Item[] = [];
  const line = lineAbove(given);
  const lastOwn = timeline.messages.findLast((m) => m.sender === me && m.kind === "text");
  let before: Message | undefined;
  for (const m of timeline.messages) {
    const newDay = before === undefined || !sameDay(before.created_at, m.created_at);
    if (newDay) items.push({ kind: "day", key: `d${m.seq}`, text: dayText(m.created_at, now) });
    if (m.seq === line) items.push({ kind: "last-read", key: "last-read" });
    if (m.kind === "text") {
      const head = newDay || m.seq === line || !continues(before, m);
      items.push({
        kind: "message",
        key: m.client_id ?? m.id,
        message: m,
        own: m.sender === me,
        head,
        receipt: m === lastOwn && pending.length === 0,
      });
    } else {
      items.push({ kind: "line", key: m.id, message: m });
    }
    before = m;
  }
  for (const [i, p] of pending.entries())
    items.push({
      kind: "pending",
      key: p.clientId,
      pending: p,
      head: i === 0 && !(before?.sender === me && before.kind === "text"),
    });
  return items;
}
