import { afterEach, beforeEach, expect, it, type Mock, vi } from "vitest";
import type { Api, Person } from "../../api/gen";
import type { Request } from "../../api/socket";
import { PeopleStore, UNKNOWN_NAME } from "./store";

const person = (id: string): Person => ({
  id,
  name: `Name of ${id}`,
  email: `${id}@example.org`,
  role: "member",
  active: true,
  picture: null,
  bot: false,
});

let peopleList: ReturnType<typeof vi.fn>;
let tell: Mock<(message: Request) => void>;
let people: PeopleStore;

beforeEach(() => {
  vi.useFakeTimers();
  peopleList = vi.fn(async ({ ids }: { ids: string }) => ({ people: ids.split(",").map(person) }));
  tell = vi.fn();
  people = new PeopleStore({ peopleList } as unknown as Api, { tell });
});
afterEach(() => vi.useRealTimers());

it("asks for whom it does not know in one go, and for nobody twice", async () => {
  expect(people.nameOf("ada")).toBe(UNKNOWN_NAME);
  expect(people.nameOf("ben")).toBe(UNKNOWN_NAME);
  await vi.advanceTimersByTimeAsync(20);
  expect(people.nameOf("ada")).toBe("Name of ada");
  people.nameOf("cleo");
  await vi.advanceTimersByTimeAsync(20);
  expect(peopleList.mock.calls.map(([params]) => params.ids)).toEqual(["ada,ben", "cleo"]);
});

it("says of a guest that it is one, whatever name they chose", () => {
  people.learn([{ ...person("eve"), name: "Ada Lovelace", role: "guest" }]);
  expect(people.nameOf("eve")).toBe("Ada Lovelace (Guest)");
});

it("asks again for those it did not get", async () => {
  peopleList.mockRejectedValueOnce(new Error("offline"));
  people.nameOf("ada");
  await vi.advanceTimersByTimeAsync(20);
  people.nameOf("ada");
  await vi.advanceTimersByTimeAsync(20);
  expect(people.nameOf("ada")).toBe("Name of ada");
});

it("watches those in sight, told once for many, and anew to a new line", async () => {
  const unwatch = people.watch("ada");
  people.watch("ada");
  people.watch("ben");
  await vi.advanceTimersByTimeAsync(300);
  expect(tell).toHaveBeenCalledTimes(1);
  expect(tell).toHaveBeenLastCalledWith({ type: "watch", users: ["ada", "ben"] });
  unwatch();
  people.rewatch();
  expect(tell).toHaveBeenLastCalledWith({ type: "watch", users: ["ada", "ben"] });
});
