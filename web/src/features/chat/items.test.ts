import { expect, it } from "vitest";
import { row } from "./fixtures";
import { itemsOf } from "./items";
import { newest } from "./timeline";

const DAY = 86_400_000;
const at = (minute: number, day = 0) => new Date(2025, 2, 3 + day, 9, minute).getTime();
const shown = (over: Partial<Parameters<typeof itemsOf>[0]> = {}) =>
  itemsOf({
    timeline: newest(
      [
        row(1, "one", { created_at: at(0) }),
        row(2, "two", { created_at: at(2) }),
        row(3, "late", { created_at: at(9) }),
        row(4, "mine", { created_at: at(10), sender: "me" }),
        row(5, "call", { created_at: at(0, 1), kind: "call" }),
      ],
      false,
    ),
    pending: [],
    me: "me",
    now: at(0, 1) + DAY / 24,
    readUpTo: null,
    ...over,
  }).map((i) =>
    i.kind === "message" ? `${i.message.body}${i.head ? "^" : ""}${i.receipt ? "✓" : ""}` : i.kind,
  );

it("separates days, and groups what one person wrote within five minutes", () => {
  expect(shown()).toEqual(["day", "one^", "two", "late^", "mine^✓", "day", "line"]);
});

it("draws the line above the first of another that was not read", () => {
  expect(shown({ readUpTo: 1 })).toEqual([
    "day",
    "one^",
    "last-read",
    "two^",
    "late^",
    "mine^✓",
    "day",
    "line",
  ]);
  expect(shown({ readUpTo: 5 })).not.toContain("last-read");
});

it("puts what is being sent last, and the receipt waits for it", () => {
  const pending = [{ clientId: "n1", body: "new", at: at(5, 1), failed: null }];
  expect(shown({ pending })).toEqual([
    "day",
    "one^",
    "two",
    "late^",
    "mine^",
    "day",
    "line",
    "pending",
  ]);
});

it("draws no line above what does not count", () => {
  const timeline = newest([row(1, "Ada made the group", { kind: "system" })], false);
  expect(shown({ timeline, readUpTo: 0 })).toEqual(["day", "line"]);
});
