import { describe, expect, it } from "vitest";
import { row } from "./fixtures";
import { newest, withAll, withOlder, withRows } from "./timeline";

const bodies = (t: { messages: readonly { body: string }[] }) => t.messages.map((m) => m.body);

describe("a timeline", () => {
  it("keeps the row with the higher change, whatever comes first", () => {
    const page = newest([row(1, "a"), row(2, "b")], false);
    const edited = withRows(page, [row(1, "a, mended", { change: 3 })]);
    expect(bodies(withRows(edited, [row(1, "a")]))).toEqual(["a, mended", "b"]);
    expect(edited.change).toBe(3);
  });

  it("stays behind a change that is missing, until it comes or is known to be no row any more", () => {
    const page = newest([row(1, "a")], false);
    const hole = withRows(page, [row(3, "c")]);
    expect(bodies(hole)).toEqual(["a", "c"]);
    expect(hole.change).toBe(1);
    expect(withRows(hole, [row(2, "b")]).change).toBe(3);
    expect(withAll(hole, [], 2).change).toBe(3);
    expect(withAll(hole, [], 5).change).toBe(5);
  });

  it("begins at the change that was known before it was read", () => {
    expect(newest([row(1, "a")], true, 7).change).toBe(7);
    expect(newest([row(9, "i")], true, 7).change).toBe(9);
  });

  it("takes no row from before a part that is not loaded", () => {
    const page = newest([row(8, "h"), row(9, "i")], true);
    expect(bodies(withRows(page, [row(2, "edited", { change: 20 })]))).toEqual(["h", "i"]);
  });

  it("grows at the front by pages", () => {
    const page = newest([row(8, "h")], true);
    const more = withOlder(page, [row(6, "f"), row(7, "g")], false);
    expect(bodies(more)).toEqual(["f", "g", "h"]);
    expect(more.moreBefore).toBe(false);
  });
});
