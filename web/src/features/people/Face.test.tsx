import { act, render } from "@testing-library/preact";
import { expect, it, vi } from "vitest";
import type { Api } from "../../api/gen";
import { Face } from "./Face";
import { PeopleStore } from "./store";

it("has a badge from the first moment, and hears of the presence while it is shown", async () => {
  const tell = vi.fn();
  const peopleList = async () => ({ people: [] });
  const people = new PeopleStore({ peopleList } as unknown as Api, { tell });
  const { container, unmount } = render(<Face people={people} id="ada" name="Ada" />);
  const state = () => container.querySelector("[data-state]")?.getAttribute("data-state");
  expect(state()).toBe("unknown");
  people.rewatch();
  expect(tell).toHaveBeenLastCalledWith({ type: "watch", users: ["ada"] });
  act(() =>
    people.apply({
      type: "presence",
      people: [{ user: "ada", state: "busy", last_seen: null }],
    }),
  );
  expect(state()).toBe("busy");
  unmount();
  await vi.waitFor(() => {
    people.rewatch();
    expect(tell).toHaveBeenLastCalledWith({ type: "watch", users: [] });
  });
});
