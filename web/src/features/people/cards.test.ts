import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Cards } from "./cards";

const rect = { left: 0 } as DOMRect;
const face = { isConnected: true, getBoundingClientRect: () => rect } as Element;
let cards: Cards;

beforeEach(() => {
  vi.useFakeTimers();
  cards = new Cards();
});
afterEach(() => vi.useRealTimers());

it("shows the card of a face that the pointer rests on, until it leaves both", () => {
  cards.hover("ada", face);
  vi.advanceTimersByTime(499);
  expect(cards.open.value).toBeNull();
  vi.advanceTimersByTime(1);
  expect(cards.open.value).toEqual({ user: "ada", beside: rect, hovered: true });
  cards.leave();
  cards.stay();
  vi.advanceTimersByTime(1000);
  expect(cards.open.value).not.toBeNull();
  cards.leave();
  vi.advanceTimersByTime(250);
  expect(cards.open.value).toBeNull();
});

it("shows nothing for a pointer that passes", () => {
  cards.hover("ada", face);
  cards.leave();
  vi.advanceTimersByTime(1000);
  expect(cards.open.value).toBeNull();
});

it("keeps a card that was clicked until it is closed", () => {
  cards.show("ada", rect);
  cards.leave();
  cards.hover("ben", face);
  vi.advanceTimersByTime(1000);
  expect(cards.open.value).toMatchObject({ user: "ada", hovered: false });
  cards.hide();
  expect(cards.open.value).toBeNull();
});
