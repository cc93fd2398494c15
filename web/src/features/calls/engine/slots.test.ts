import { expect, it } from "vitest";
import { heightOf, isOf, type Places, pairsFor, placed, seenOf, type Wish } from "./slots";

const wish = (leg: string, height = 180, source: Wish["source"] = "camera"): Wish => ({
  leg,
  source,
  height,
});
const legs = (places: Places) => places.map((p) => p?.leg ?? "-").join("");

it("gives newcomers the lowest free places", () => {
  expect(legs(placed([], [wish("a"), wish("b"), wish("c")]))).toBe("abc");
});

it("leaves everybody who is still shown where they are", () => {
  const before = placed([], [wish("a"), wish("b"), wish("c")]);
  expect(legs(placed(before, [wish("c"), wish("a")]))).toBe("a-c");
  expect(legs(placed(before, [wish("d"), wish("c"), wish("a")]))).toBe("adc");
  expect(legs(placed(before, [wish("a")]))).toBe("a");
});

it("keeps a person's camera and screen apart, and takes the larger of two tiles", () => {
  const places = placed([], [wish("a"), wish("a", 720, "screen"), wish("a", 500)]);
  expect(places).toEqual([wish("a", 540), wish("a", 720, "screen")]);
});

it("forgets tiles that are not seen", () => {
  expect(placed([], [wish("a", 0)])).toEqual([]);
});

it("grows by six pairs, and names no slot that is not there yet", () => {
  const many = placed(
    [],
    Array.from({ length: 7 }, (_, i) => wish(String(i))),
  );
  expect([pairsFor([]), pairsFor(many.slice(0, 6)), pairsFor(many)]).toEqual([6, 6, 12]);
  expect(seenOf(many, 6)).toHaveLength(6);
  expect(seenOf(many, 12)[6]).toEqual({ slot: 6, ...wish("6") });
});

it("has an end", () => {
  const crowd = Array.from({ length: 60 }, (_, i) => wish(String(i)));
  const places = placed([], crowd);
  expect([places.length, pairsFor(places)]).toEqual([48, 48]);
});

it("asks for heights in steps", () => {
  expect([1, 90, 91, 700, 9_000].map(heightOf)).toEqual([90, 90, 180, 720, 4320]);
});

it("trusts a picture once its packets bear the person's number", () => {
  expect(isOf(7, [], false)).toBe(false);
  expect(isOf(7, [{ source: 3, timestamp: 10 }], false)).toBe(false);
  const both = [
    { source: 3, timestamp: 10 },
    { source: 7, timestamp: 11 },
  ];
  expect(isOf(7, both, false)).toBe(true);
  expect(isOf(7, [], true)).toBe(true);
  expect(isOf(3, both, true)).toBe(false);
});
