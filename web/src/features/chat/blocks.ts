import type { Item } from "./items";

/** Neighbouring rows that are drawn together; the same object for as long as none of them changes. */
export interface Block {
  readonly key: string;
  readonly items: readonly Item[];
}

const ROWS = 50;

const same = (a: Item | undefined, b: Item): boolean =>
  a !== undefined && (Object.keys(b) as (keyof Item)[]).every((field) => a[field] === b[field]);

const sameAll = (a: Block, items: readonly Item[]): boolean =>
  a.items.length === items.length && items.every((item, i) => same(a.items[i], item));

/**
 * Cut by seq, so that rows in front or behind move no border; a day or a line goes with what
 * follows it, and what is not sent yet with the newest.
 */
export function blocksOf(items: readonly Item[], before: readonly Block[]): readonly Block[] {
  const cut = new Map<string, Item[]>();
  let at = "0";
  let leading: Item[] = [];
  for (const item of items) {
    if (item.kind === "day" || item.kind === "last-read") {
      leading.push(item);
      continue;
    }
    if (item.kind !== "pending") at = String(Math.floor(item.message.seq / ROWS));
    const rows = cut.get(at) ?? [];
    rows.push(...leading, item);
    cut.set(at, rows);
    leading = [];
  }
  const known = new Map(before.map((block) => [block.key, block]));
  return [...cut].map(([key, rows]) => {
    const old = known.get(key);
    return old && sameAll(old, rows) ? old : { key, items: rows };
  });
}
