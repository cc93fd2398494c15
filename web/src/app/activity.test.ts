import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { LineState } from "../api/socket";
import { Scope } from "../lib/scope";
import { watchActivity } from "./activity";

const state = signal<LineState>("connecting");
const tell = vi.fn();
let scope: Scope;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
  tell.mockClear();
  state.value = "connecting";
  scope = new Scope();
  watchActivity(scope, { state, tell });
});
afterEach(() => {
  scope.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is active at first, away after five minutes without input, and back with the next", () => {
  state.value = "online";
  expect(tell).toHaveBeenLastCalledWith({ type: "activity", active: true });
  vi.advanceTimersByTime(5 * 60_000 + 10_000);
  expect(tell).toHaveBeenLastCalledWith({ type: "activity", active: false });
  window.dispatchEvent(new Event("keydown"));
  expect(tell).toHaveBeenLastCalledWith({ type: "activity", active: true });
  expect(tell).toHaveBeenCalledTimes(3);
});

it("tells a new socket again", () => {
  state.value = "online";
  state.value = "offline";
  state.value = "online";
  expect(tell).toHaveBeenCalledTimes(2);
});
