import { expect, it } from "vitest";
import { capacityOf, gridOf, WIDE } from "./layout";

const SHAPE = { gap: 8, aspect: WIDE, most: 7 };
const shape = (n: number, width: number, height: number) => {
  const { columns, rows } = gridOf(n, { width, height }, SHAPE);
  return `${columns}x${rows}`;
};

it.each([
  [1, "1x1"],
  [2, "2x1"],
  [3, "2x2"],
  [4, "2x2"],
  [5, "3x2"],
  [6, "3x2"],
  [9, "3x3"],
  [12, "4x3"],
  [16, "4x4"],
  [25, "5x5"],
  [49, "7x7"],
])("makes %i tiles on a wide stage %s", (n, expected) => {
  expect(shape(n, 1280, 720)).toBe(expected);
});

it("stacks two on a stage that is higher than wide", () => {
  expect(shape(2, 600, 900)).toBe("1x2");
  expect(shape(6, 600, 900)).toBe("2x3");
});

it.each(Array.from({ length: 49 }, (_, i) => i + 1))("has room for %i tiles", (n) => {
  for (const box of [
    { width: 1280, height: 680 },
    { width: 1100, height: 1000 },
    { width: 700, height: 900 },
  ]) {
    const g = gridOf(n, box, SHAPE);
    expect(g.columns * g.rows).toBeGreaterThanOrEqual(n);
    expect(g.columns * g.width + (g.columns - 1) * 8).toBeLessThanOrEqual(box.width);
    expect(g.rows * g.height + (g.rows - 1) * 8).toBeLessThanOrEqual(box.height);
    expect(Math.abs(g.width / g.height - WIDE)).toBeLessThan(0.03);
  }
});

it("fills a phone with tiles of any shape", () => {
  const fill = { gap: 8, aspect: null, most: 3 };
  const box = { width: 380, height: 640 };
  expect(gridOf(6, box, fill)).toEqual({ columns: 2, rows: 3, width: 186, height: 208 });
  expect(gridOf(2, box, fill)).toMatchObject({ columns: 1, rows: 2 });
  expect(gridOf(1, box, fill)).toMatchObject({ columns: 1, rows: 1, width: 380, height: 640 });
});

it("puts no more on a page than can be seen", () => {
  expect(capacityOf({ width: 1280, height: 720 }, 8, 7)).toBe(49);
  expect(capacityOf({ width: 640, height: 360 }, 8, 7)).toBe(16);
  expect(capacityOf({ width: 0, height: 0 }, 8, 7)).toBe(1);
});
