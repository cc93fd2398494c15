import { describe, expect, it } from "vitest";
import { row } from "./fixtures";
import { EMPTY, newest, withOlder, withRows } from "./timeline";

const bodies = (t: { messages: readonly { body: string }[] }) => t.messages.map((m) => m.body);

describe("a timeline", () => {
  it("keeps the row with the higher change, whatever comes first", () => {
    const page = newest(EMPTY, [row(1, "a"), row(2, "b")], false);
    const edited = withRows(page, [row(1, "a, mended", { change: 9 })]);
    expect(bodies(withRows(edited, [row(1, "a")]))).toEqual(["a, mended", "b"]);
    expect(edited.change).toBe(9);
  });

  it("merges what events brought while the page was fetched", () => {
    const early = withRows(EMPTY, [row(3, "c")]);
    expect(bodies(newest(early, [row(1, "a"), row(2, "b")], false))).toEqual(["a", "b", "c"]);
  });

  it("takes no row from before a part that is not loaded", () => {
    const page = newest(EMPTY, [row(8, "h"), row(9, "i")], true);
    expect(bodies(withRows(page, [row(2, "edited", { change: 20 })]))).toEqual(["h", "i"]);
  });

  it("grows at the front by pages", () => {
    const page = newest(EMPTY, [row(8, "h")], true);
    const more = withOlder(page, [row(6, "f"), row(7, "g")], false);
    expect(bodies(more)).toEqual(["f", "g", "h"]);
    expect(more.moreBefore).toBe(false);
  });
});
