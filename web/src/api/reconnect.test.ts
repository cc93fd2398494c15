import { expect, it } from "vitest";
import { backoffMs } from "./reconnect";

it("doubles up to a limit, with a chance that spreads pages out", () => {
  expect([0, 1, 2, 3, 4, 5, 30].map((n) => backoffMs(n, 1))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 16_000, 16_000,
  ]);
  expect(backoffMs(2, 0)).toBe(2000);
});
