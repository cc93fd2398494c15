/* Who sits where.  Places are kept: whoever looks for a face finds it where it was.  Pure. */

export interface Sitting {
  readonly leg: string;
  readonly camera: boolean;
}

export interface Talk {
  /** Since when somebody has been speaking, of those who speak now. */
  readonly since: ReadonlyMap<string, number>;
  /** When somebody was heard last. */
  readonly last: ReadonlyMap<string, number>;
}

/** Whoever speaks that long is brought into view. */
const HEARD_MS = 2_000;

interface Room {
  readonly there: ReadonlyMap<string, Sitting>;
  readonly visible: number;
  readonly talk: Talk;
}

/** The place in view that somebody may take, of whoever spoke there longest ago; -1: none. */
function leastOf(order: readonly string[], speaks: boolean, room: Room): number {
  const { there, visible, talk } = room;
  const shows = (leg: string) => there.get(leg)?.camera === true;
  const worth = (leg: string) => (shows(leg) ? 1e15 : 0) + (talk.last.get(leg) ?? 0);
  const free = order
    .slice(0, visible)
    .filter((leg) => !talk.since.has(leg) && (speaks || !shows(leg)))
    .sort((a, b) => worth(a) - worth(b));
  return order.indexOf(free[0] ?? "");
}

/**
 * Those who stay keep their places, newcomers come last.  Only where not all can be seen do people
 * change places: who speaks, and who shows a picture, with the one in view who did so least.
 */
export function seated(
  before: readonly string[],
  present: readonly Sitting[],
  visible: number,
  talk: Talk,
  now: number,
): readonly string[] {
  const there = new Map(present.map((p) => [p.leg, p]));
  const order = before.filter((leg) => there.has(leg));
  for (const { leg } of present) if (!order.includes(leg)) order.push(leg);
  for (const leg of order.slice(visible)) {
    const speaks = now - (talk.since.get(leg) ?? now) > HEARD_MS;
    if (!speaks && !there.get(leg)?.camera) continue;
    const least = leastOf(order, speaks, { there, visible, talk });
    if (least < 0) continue;
    order[order.indexOf(leg)] = order[least] ?? leg;
    order[least] = leg;
  }
  return order;
}
