/* What is on the stage and what beside it.  Pure. */
import type { Source } from "../engine/roomContract";

export interface Tile {
  readonly leg: string;
  readonly source: Source;
}

export type Mode = "gallery" | "speaker";

export interface Scene {
  readonly mode: Mode;
  /** The others, by their seats. */
  readonly order: readonly string[];
  /** My leg, where my own picture has a tile like all others. */
  readonly me: string | null;
  /** Of others. */
  readonly screens: readonly string[];
  readonly pinned: Tile | null;
  /** Who spoke last. */
  readonly speaker: string | null;
  readonly page: number;
  /** How many tiles a page has room for. */
  readonly capacity: number;
}

export interface Plan {
  /** Large: shared screens, who is pinned, who speaks; empty in a gallery. */
  readonly focus: readonly Tile[];
  readonly tiles: readonly Tile[];
  readonly page: number;
  readonly pages: number;
}

export const isTile = (a: Tile | null, b: Tile): boolean =>
  a !== null && a.leg === b.leg && a.source === b.source;

const camera = (leg: string): Tile => ({ leg, source: "camera" });
const screen = (leg: string): Tile => ({ leg, source: "screen" });

function focusOf({ mode, order, screens, pinned, speaker }: Scene): readonly Tile[] {
  const there =
    pinned && (pinned.source === "screen" ? screens : order).includes(pinned.leg) ? pinned : null;
  if (there) return [there];
  if (screens.length > 0) return screens.map(screen);
  const first = speaker !== null && order.includes(speaker) ? speaker : order[0];
  return mode === "speaker" && first !== undefined ? [camera(first)] : [];
}

/** My own tile ends the first page. */
function withMe(tiles: readonly Tile[], me: string | null, capacity: number): readonly Tile[] {
  if (me === null) return tiles;
  const at = Math.min(tiles.length, Math.max(0, capacity - 1));
  return [...tiles.slice(0, at), camera(me), ...tiles.slice(at)];
}

export function planOf(scene: Scene): Plan {
  const focus = focusOf(scene);
  const beside = [...scene.screens.map(screen), ...scene.order.map(camera)].filter(
    (tile) => !focus.some((f) => isTile(f, tile)),
  );
  const all = withMe(beside, scene.me, scene.capacity);
  const pages = Math.max(1, Math.ceil(all.length / scene.capacity));
  const page = Math.min(scene.page, pages - 1);
  const from = page * scene.capacity;
  return { focus, tiles: all.slice(from, from + scene.capacity), page, pages };
}
