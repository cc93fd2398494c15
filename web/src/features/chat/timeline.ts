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
  /** Each change up to it has been taken: what came later is asked for from here. */
  readonly change: number;
}

export const EMPTY: Timeline = { messages: [], moreBefore: true, change: 0 };

/**
 * New, edited and deleted messages all arrive as rows, by event or by page, in any order and more
 * than once: the row with the higher change wins.  A changed row from before what is shown stays
 * out, since it would leave a hole.  Changes of a channel are numbered without a gap: behind one
 * that is missing, `change` stays.
 */
export function withRows(t: Timeline, rows: readonly Message[]): Timeline {
  const first = t.messages[0]?.seq;
  const known = new Map(t.messages.map((m) => [m.seq, m]));
  const changes = new Set([...t.messages, ...rows].map((m) => m.change));
  let { change } = t;
  while (changes.has(change + 1)) change += 1;
  for (const row of rows) {
    if (first !== undefined && t.moreBefore && row.seq < first) continue;
    const old = known.get(row.seq);
    if (!old || old.change < row.change) known.set(row.seq, row);
  }
  return { ...t, change, messages: sorted(known) };
}

/** A page of what stands before the first row. */
export function withOlder(t: Timeline, rows: readonly Message[], moreBefore: boolean): Timeline {
  const known = new Map([...rows, ...t.messages].map((m) => [m.seq, m]));
  return { ...t, messages: sorted(known), moreBefore };
}

/** The newest page, as it was read at the given change or later. */
export function newest(rows: readonly Message[], moreBefore: boolean, change = 0): Timeline {
  const most = rows.reduce((highest, row) => Math.max(highest, row.change), change);
  return { messages: rows, moreBefore, change: most };
}

/** Nothing up to the given change is missing any more. */
export function withAll(t: Timeline, rows: readonly Message[], change: number): Timeline {
  return withRows({ ...t, change: Math.max(t.change, change) }, rows);
}

const sorted = (rows: ReadonlyMap<number, Message>) =>
  [...rows.values()].sort((a, b) => a.seq - b.seq);
