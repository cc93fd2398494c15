import { expect, it } from "vitest";
import { type Plan, planOf, type Scene } from "./plan";

const plan = (more: Partial<Scene>) =>
  planOf({
    mode: "gallery",
    order: ["a", "b", "c"],
    me: "me",
    screens: [],
    pinned: null,
    speaker: null,
    page: 0,
    capacity: 49,
    ...more,
  });
const text = ({ focus, tiles }: Plan) =>
  [focus, tiles]
    .map((list) => list.map((t) => (t.source === "screen" ? `[${t.leg}]` : t.leg)).join(" "))
    .join(" | ");

it("is a gallery with my own picture last", () => {
  expect(text(plan({}))).toBe(" | a b c me");
  expect(text(plan({ me: null }))).toBe(" | a b c");
  expect(text(plan({ order: [] }))).toBe(" | me");
});

it("turns pages, with my own picture on the first", () => {
  const scene = { order: ["a", "b", "c", "d", "e"], capacity: 2 };
  expect(text(plan(scene))).toBe(" | a me");
  expect(text(plan({ ...scene, page: 1 }))).toBe(" | b c");
  expect(text(plan({ ...scene, page: 9 }))).toBe(" | d e");
  expect(plan({ ...scene, page: 9 })).toMatchObject({ page: 2, pages: 3 });
});

it("gives the stage to shared screens", () => {
  expect(text(plan({ screens: ["b"] }))).toBe("[b] | a b c me");
  expect(text(plan({ screens: ["b", "c"] }))).toBe("[b] [c] | a b c me");
});

it("gives it to whoever is pinned before all others", () => {
  const screens = ["b", "c"];
  expect(text(plan({ screens, pinned: { leg: "c", source: "screen" } }))).toBe(
    "[c] | [b] a b c me",
  );
  expect(text(plan({ pinned: { leg: "a", source: "camera" } }))).toBe("a | b c me");
  expect(text(plan({ pinned: { leg: "gone", source: "camera" } }))).toBe(" | a b c me");
});

it("shows who speaks, or somebody", () => {
  expect(text(plan({ mode: "speaker", speaker: "c" }))).toBe("c | a b me");
  expect(text(plan({ mode: "speaker", speaker: "me" }))).toBe("a | b c me");
  expect(text(plan({ mode: "speaker", order: [] }))).toBe(" | me");
});
