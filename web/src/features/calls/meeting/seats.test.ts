import { expect, it } from "vitest";
import { seated, type Talk } from "./seats";

const SILENCE: Talk = { since: new Map(), last: new Map() };
const people = (text: string) => [...text].map((c) => ({ leg: c.toLowerCase(), camera: c < "a" }));
/** Capitals have a camera. */
const order = (before: string, now: string, visible = 9, talk = SILENCE, at = 10_000) =>
  seated([...before], people(now), visible, talk, at).join("");

it("keeps places, and puts newcomers last", () => {
  expect(order("", "abc")).toBe("abc");
  expect(order("cab", "abcd")).toBe("cabd");
  expect(order("cabd", "abd")).toBe("abd");
});

it("brings a picture into view in place of somebody without one", () => {
  expect(order("abc", "abC", 2)).toBe("cba");
  expect(order("abc", "ABC", 2)).toBe("abc");
});

it("brings into view whoever speaks for longer than two seconds", () => {
  const talk = (since: number): Talk => ({
    since: new Map([["c", since]]),
    last: new Map([["a", 9_000]]),
  });
  expect(order("abc", "abc", 2, talk(9_000))).toBe("abc");
  expect(order("abc", "abc", 2, talk(7_000))).toBe("acb");
});

it("never sends out of view whoever speaks", () => {
  const talk: Talk = {
    since: new Map([
      ["c", 1_000],
      ["a", 9_900],
      ["b", 9_900],
    ]),
    last: new Map(),
  };
  expect(order("abc", "abc", 2, talk)).toBe("abc");
});

it("lets everybody sit still where all can be seen", () => {
  const talk: Talk = { since: new Map([["c", 0]]), last: new Map() };
  expect(order("abc", "abC", 3, talk)).toBe("abc");
});
