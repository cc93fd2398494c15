import { expect, it, vi } from "vitest";
import { gap, record } from "./fixtures";
import { CallHistory } from "./history";

it("loads by pages, newest first", async () => {
  const callList = vi
    .fn()
    .mockResolvedValueOnce({ calls: [record("c3"), record("c2")], more: true })
    .mockResolvedValueOnce({ calls: [record("c1")], more: false });
  const history = new CallHistory({ callList, callsSeen: async () => undefined }, () => {});
  await history.load();
  await history.loadMore();
  expect(callList).toHaveBeenLastCalledWith({ limit: 50, before: "c2" });
  expect(history.records.value?.map((r) => r.id)).toEqual(["c3", "c2", "c1"]);
  await history.loadMore();
  expect(callList).toHaveBeenCalledTimes(2);
});

it("drops the answer to a question that is no longer asked", async () => {
  let late: (r: unknown) => void = () => {};
  const callList = vi
    .fn()
    .mockReturnValueOnce(new Promise((r) => (late = r)))
    .mockResolvedValueOnce({ calls: [record("missed")], more: false });
  const history = new CallHistory({ callList, callsSeen: async () => undefined }, () => {});
  const first = history.load();
  await history.choose("missed");
  late({ calls: [record("all")], more: false });
  await first;
  expect(history.records.value?.map((r) => r.id)).toEqual(["missed"]);
});

it("tells once that missed calls were looked at", async () => {
  const callsSeen = vi.fn(async () => undefined);
  const history = new CallHistory(
    { callList: async () => ({ calls: [], more: false }), callsSeen },
    () => {},
  );
  await history.seen();
  expect(callsSeen).not.toHaveBeenCalled();
  history.apply(gap([], 2));
  await history.seen();
  await history.seen();
  expect(callsSeen).toHaveBeenCalledOnce();
});
