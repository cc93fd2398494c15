import { expect, it } from "vitest";
import type { Message } from "../../api/gen";
import { blocksOf } from "./blocks";
import { row } from "./fixtures";
import { type Item, itemsOf } from "./items";
import { EMPTY } from "./timeline";

const known = Array.from({ length: 200 }, (_, i) => row(i + 1, "text"));

const items = (from: number, to: number, edited?: Message): readonly Item[] =>
  itemsOf({
    timeline: {
      ...EMPTY,
      messages: known.slice(from - 1, to).map((m) => (m.seq === edited?.seq ? edited : m)),
    },
    pending: [],
    me: "me",
    now: 0,
    readUpTo: 60,
  });

it("cuts at the same rows, whatever is loaded, and loses none", () => {
  const blocks = blocksOf(items(40, 120), []);
  expect(blocks.map((b) => b.key)).toEqual(["0", "1", "2"]);
  expect(blocks.flatMap((b) => b.items)).toEqual(items(40, 120));
  expect(blocks[1]?.items.map((i) => i.kind)).toContain("last-read");
});

it("hands back the blocks in which nothing has changed", () => {
  const before = blocksOf(items(40, 120), []);
  const after = blocksOf(items(40, 120, row(120, "edited")), before);
  expect(after.map((b, i) => b === before[i])).toEqual([true, true, false]);
});
