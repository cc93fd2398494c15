import { describe, expect, it } from "vitest";
import { Heights } from "./virtual";

describe("Heights", () => {
  it("places rows by guess until they are measured", () => {
    const rows = new Heights(5, 10);
    expect(rows.total).toBe(50);
    expect(rows.measure(1, 25)).toBe(15);
    expect(rows.measure(1, 25)).toBe(0);
    expect([0, 1, 2, 5].map((row) => rows.offset(row))).toEqual([0, 10, 35, 65]);
    expect([-1, 0, 9, 10, 34, 35, 64, 65, 900].map((y) => rows.indexAt(y))).toEqual([
      0, 0, 0, 1, 1, 2, 4, 4, 4,
    ]);
  });

  it("agrees with a plain sum on any heights", () => {
    const own = Array.from({ length: 1_000 }, (_, row) => 20 + ((row * 7919) % 90));
    const rows = new Heights(own.length, 44, (row) => (row % 3 ? own[row] : undefined));
    for (let row = 0; row < own.length; row += 3) rows.measure(row, own[row] ?? 0);
    let y = 0;
    for (const [row, height] of own.entries()) {
      expect(rows.offset(row)).toBe(y);
      expect(rows.indexAt(y)).toBe(row);
      expect(rows.indexAt(y + height - 0.5)).toBe(row);
      y += height;
    }
    expect(rows.total).toBe(y);
  });

  it("draws what is in sight and a little more, and keeps the room of the rest", () => {
    const rows = new Heights(100, 10);
    expect(rows.window(500, 100, 20)).toEqual({ first: 48, end: 63, before: 480, after: 370 });
    expect(rows.window(0, 100, 20)).toEqual({ first: 0, end: 13, before: 0, after: 870 });
    expect(rows.window(990, 100, 20)).toEqual({ first: 97, end: 100, before: 970, after: 0 });
    expect(new Heights(0, 10).window(0, 100, 20)).toEqual({
      first: 0,
      end: 0,
      before: 0,
      after: 0,
    });
  });
});
