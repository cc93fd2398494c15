import { describe, expect, it } from "vitest";
import { type Book, bookOf, wholeOf } from "./book";
import { call, leg } from "./fixtures";

const joined = (id: string, mic = true) => leg(id, `user-${id}`, "joined", { mic });
const known = (change: number): Book => bookOf([call(change, [joined("l-1"), joined("l-2")])]);
const told = (since: number, change: number) =>
  call(change, [joined("l-2", false), joined("l-3")], { since });

describe("a call of many", () => {
  it("is what was known with what has changed", () => {
    const whole = wholeOf(known(4), told(4, 5));
    expect(whole?.change).toBe(5);
    expect(whole?.legs.map((l) => [l.id, l.mic])).toEqual([
      ["l-1", true],
      ["l-2", false],
      ["l-3", true],
    ]);
  });

  it("takes what it knows more of already", () => {
    expect(wholeOf(known(6), told(4, 7))?.legs.length).toBe(3);
  });

  it("waits for all of it when something was missed", () => {
    expect(wholeOf(known(3), told(4, 5))).toBeUndefined();
    expect(wholeOf(new Map(), told(4, 5))).toBeUndefined();
  });
});
