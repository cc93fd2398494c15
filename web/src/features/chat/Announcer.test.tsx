import { act, render } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { PeopleStore } from "../people";
import { Announcer } from "./Announcer";
import type { ChatStore } from "./store";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("says a new message at once, but not into what one writes", () => {
  const typedAt = { current: 0 };
  let body = "First";
  const chat = {
    me: { value: "ada" },
    channel: () => ({ last_message: { kind: "text", sender: "mei", body } }),
  } as unknown as ChatStore;
  const people = { nameOf: () => "Mei" } as unknown as PeopleStore;
  const view = () => <Announcer channel="1" chat={chat} people={people} typedAt={typedAt} />;
  const { container, rerender } = render(view());
  body = "Second";
  rerender(view());
  expect(container.textContent).toBe("Mei: Second");

  typedAt.current = Date.now();
  body = "Third";
  rerender(view());
  expect(container.textContent).toBe("Mei: Second");
  act(() => void vi.advanceTimersByTime(1500));
  typedAt.current = Date.now();
  act(() => void vi.advanceTimersByTime(1500));
  expect(container.textContent).toBe("Mei: Second");
  act(() => void vi.advanceTimersByTime(600));
  expect(container.textContent).toBe("Mei: Third");
});
