import type { Message } from "../../api/gen";

export interface Pending {
  readonly clientId: string;
  readonly body: string;
  readonly at: number;
  /** Why it was refused; null while it waits or is being sent. */
  readonly failed: string | null;
}

/** What one channel shows: the server's rows in order of seq, without a hole, up to the newest. */
export interface Timeline {
  readonly messages: readonly Message[];
  /** Is there anything before the first of them? */
  readonly moreBefore: boolean;
  /** The highest change seen: what came later is asked for from here. */
  readonly change: number;
}

export const EMPTY: Timeline = { messages: [], moreBefore: true, change: 0 };

/**
 * New, edited and deleted messages all arrive as rows, by event or by page, in any order and more
 * than once: the row with the higher change wins.  A changed row from before what is shown stays
 * out, since it would leave a hole.
 */
export function withRows(t: Timeline, rows: readonly Message[]): Timeline {
  const first = t.messages[0]?.seq;
  const known = new Map(t.messages.map((m) => [m.seq, m]));
  let change = t.change;
  for (const row of rows) {
    change = Math.max(change, row.change);
    if (first !== undefined && t.moreBefore && row.seq < first) continue;
    const old = known.get(row.seq);
    if (!old || old.change < row.change) known.set(row.seq, row);
  }
  return { ...t, change, messages: sorted(known) };
}

/** A page of what stands before the first row. */
export function withOlder(t: Timeline, rows: readonly Message[], moreBefore: boolean): Timeline {
  const known = new Map([...rows, ...t.messages].map((m) => [m.seq, m]));
  return { messages: sorted(known), moreBefore, change: maxChange(t.change, rows) };
}

/** The newest page, with what events have brought while it was fetched. */
export function newest(t: Timeline, rows: readonly Message[], moreBefore: boolean): Timeline {
  const page = { messages: rows, moreBefore, change: maxChange(0, rows) };
  return withRows(page, t.messages);
}

const sorted = (rows: ReadonlyMap<number, Message>) =>
  [...rows.values()].sort((a, b) => a.seq - b.seq);

const maxChange = (from: number, rows: readonly Message[]) =>
  rows.reduce((most, row) => Math.max(most, row.change), from);
