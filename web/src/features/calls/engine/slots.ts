/* Which picture comes by which pair of receivers.  Whoever is shown keeps their place: another one
   would begin with a key frame, and the picture would stop for that long.  Pure. */
import type { Seen, Source } from "./roomContract";

/** A tile of the page: whose picture it wants, and how high it is drawn in pixels of the screen. */
export interface Wish {
  readonly leg: string;
  readonly source: Source;
  readonly height: number;
}

/** Null is a free place. */
export type Places = readonly (Wish | null)[];

/** Pairs of receivers are made so many at a time, up to this many. */
export const CHUNK = 6;
export const MOST = 48;

/* Heights in steps, so that a window that is drawn larger is not told of with each pixel. */
const STEPS = [90, 180, 270, 360, 540, 720, 1080, 1440, 2160] as const;
const HIGHEST = 4320;

export const heightOf = (pixels: number): number =>
  pixels <= 0 ? 0 : (STEPS.find((s) => pixels <= s) ?? HIGHEST);

export const keyOf = ({ leg, source }: { readonly leg: string; readonly source: Source }): string =>
  `${leg} ${source}`;

/** Two tiles of one picture are one wish: the larger. */
function merged(wishes: readonly Wish[]): ReadonlyMap<string, Wish> {
  const all = new Map<string, Wish>();
  for (const w of wishes) {
    const height = heightOf(w.height);
    const key = keyOf(w);
    if (height > (all.get(key)?.height ?? 0)) all.set(key, { ...w, height });
  }
  return all;
}

/** Those that stay keep their places, newcomers take the lowest that are free. */
export function placed(before: Places, wishes: readonly Wish[]): Places {
  const wanted = new Map(merged(wishes));
  const next: (Wish | null)[] = before.map((old) => {
    if (!old) return null;
    const now = wanted.get(keyOf(old)) ?? null;
    if (now) wanted.delete(keyOf(old));
    return now;
  });
  for (const wish of wanted.values()) {
    const free = next.indexOf(null);
    if (free >= 0) next[free] = wish;
    else if (next.length < MOST) next.push(wish);
  }
  while (next.at(-1) === null) next.pop();
  return next;
}

/** How many pairs that takes. */
export const pairsFor = (places: Places): number =>
  Math.min(MOST, Math.max(1, Math.ceil(places.length / CHUNK)) * CHUNK);

/** As the server is told; places for which there is no pair yet are left out. */
export const seenOf = (places: Places, pairs: number): readonly Seen[] =>
  places.flatMap((wish, slot) => (wish && slot < pairs ? [{ slot, ...wish }] : []));

export interface Contribution {
  readonly source: number;
  readonly timestamp: number;
}

/**
 * Is what comes by a slot of that number?  A slot is given to another person by word, their picture
 * follows later: no picture may stand under somebody else's name meanwhile.  With nothing heard it
 * stays as it was.
 */
export function isOf(number: number, heard: readonly Contribution[], before: boolean): boolean {
  let newest: Contribution | undefined;
  for (const c of heard) if (!newest || c.timestamp > newest.timestamp) newest = c;
  return newest ? newest.source === number : before;
}
