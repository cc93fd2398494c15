import { expect, it } from "vitest";
import { place } from "./place";

const viewport = { width: 1000, height: 800 };
const size = { width: 200, height: 300 };
const anchor = (left: number, top: number) => ({ left, top, right: left + 40, bottom: top + 32 });

it("goes below, or above where there is no room", () => {
  expect(place(anchor(400, 100), size, viewport, "start")).toEqual({ left: 400, top: 136 });
  expect(place(anchor(400, 700), size, viewport, "end")).toEqual({ left: 240, top: 396 });
  expect(place(anchor(400, 100), size, viewport, "center")).toEqual({ left: 320, top: 136 });
});

it("stays in sight", () => {
  expect(place(anchor(980, 100), size, viewport, "start").left).toBe(792);
  expect(place(anchor(0, 100), size, viewport, "end").left).toBe(8);
  expect(place(anchor(400, 150), { width: 200, height: 790 }, viewport, "start").top).toBe(8);
});
