import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type IceAnswer, IceList } from "./iceList";

const HOUR = 3_600_000;
const list = (name: string, expires_at: number | null): IceAnswer => ({
  ice_servers: [{ urls: [`turn:${name}`], username: name, credential: "c" }],
  expires_at,
});
const nameIn = (servers: RTCIceServer[]) => servers.map((s) => s.username).join();

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

it("takes what was asked for when the call began, and asks again an hour before it lapses", async () => {
  const ask = vi.fn(async () => list("new", null));
  const ice = new IceList(Promise.resolve(list("first", 12 * HOUR)), ask);
  expect(nameIn(await ice.servers())).toBe("first");
  vi.setSystemTime(10.9 * HOUR);
  expect(nameIn(await ice.servers())).toBe("first");
  expect(ask).not.toHaveBeenCalled();
  vi.setSystemTime(11.1 * HOUR);
  expect(nameIn(await ice.servers())).toBe("new");
  vi.setSystemTime(99 * HOUR);
  expect(nameIn(await ice.servers())).toBe("new");
  expect(ask).toHaveBeenCalledTimes(1);
});

it("goes on with the old ones when the server cannot be asked, or takes long", async () => {
  let come: (list: IceAnswer) => void = () => {};
  const ask = vi
    .fn<() => Promise<IceAnswer>>()
    .mockRejectedValueOnce(new Error("no network"))
    .mockReturnValueOnce(
      new Promise((done) => {
        come = done;
      }),
    );
  const ice = new IceList(Promise.resolve(list("first", HOUR / 2)), ask);
  expect(nameIn(await ice.servers())).toBe("first");
  expect(nameIn(await ice.servers())).toBe("first");
  const late = ice.servers();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(nameIn(await late)).toBe("first");
  come(list("late", null));
  await vi.advanceTimersByTimeAsync(0);
  expect(nameIn(await ice.servers())).toBe("late");
  expect(ask).toHaveBeenCalledTimes(2);
});

it("knows none while the server has not said any", async () => {
  const ice = new IceList(Promise.resolve(null), async () => list("second", null));
  expect(await ice.servers()).toEqual([]);
  expect(ice.known).toBe(false);
  expect(nameIn(await ice.servers())).toBe("second");
  expect(ice.known).toBe(true);
});
