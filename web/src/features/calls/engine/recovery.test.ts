import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LATE_MS, Recovery } from "./recovery";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function made({ leads = true, waits = false } = {}) {
  const renew = vi.fn();
  const all = {
    restart: vi.fn(),
    repeat: vi.fn(() => waits),
    onLate: vi.fn(),
  };
  return { ...all, renew, recovery: new Recovery({ ...all, renew: leads ? renew : null }) };
}

it("looks for a new way after two quiet seconds, but not when they were one", async () => {
  const { recovery, restart } = made();
  recovery.state("connected");
  recovery.state("disconnected");
  await vi.advanceTimersByTimeAsync(1_000);
  recovery.state("connected");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(restart).not.toHaveBeenCalled();
  recovery.state("disconnected");
  await vi.advanceTimersByTimeAsync(1_999);
  expect(restart).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(restart).toHaveBeenCalledTimes(1);
});

it("looks at once when the way failed, then less and less often, then begins anew", async () => {
  const { recovery, restart, renew } = made();
  recovery.state("connected");
  for (const [pause, times] of [
    [0, 1],
    [1_000, 2],
    [2_000, 3],
  ] as const) {
    recovery.state("failed");
    await vi.advanceTimersByTimeAsync(pause);
    expect(restart).toHaveBeenCalledTimes(times);
  }
  expect(renew).not.toHaveBeenCalled();
  recovery.state("failed");
  await vi.advanceTimersByTimeAsync(4_000);
  expect(renew).toHaveBeenCalledTimes(1);
});

it("leaves the browser alone while addresses still come, and tells when none did", async () => {
  const { recovery, restart, onLate } = made();
  recovery.state("connecting");
  recovery.state("failed");
  await vi.advanceTimersByTimeAsync(2_999);
  recovery.state("connecting");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(restart).not.toHaveBeenCalled();
  recovery.state("failed");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(restart).toHaveBeenCalledTimes(1);
  expect(onLate).toHaveBeenCalledTimes(1);
});

it("goes on looking where the other side leads", async () => {
  const { recovery, restart, renew } = made({ leads: false });
  for (let i = 0; i < 6; i += 1) {
    recovery.state("failed");
    await vi.advanceTimersByTimeAsync(8_000);
  }
  expect(restart).toHaveBeenCalledTimes(6);
  expect(renew).not.toHaveBeenCalled();
});

it("looks at once when the network changed, and says what has no answer again", async () => {
  const quiet = made();
  quiet.recovery.state("connected");
  quiet.recovery.now();
  expect(quiet.restart).toHaveBeenCalledTimes(1);
  const waiting = made({ waits: true });
  waiting.recovery.now();
  expect(waiting.repeat).toHaveBeenCalledTimes(1);
  expect(waiting.restart).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(8_000);
  expect(waiting.repeat).toHaveBeenCalledTimes(2);
});

it("says that it takes long, once, and again only after it was there", async () => {
  const { recovery, onLate } = made();
  await vi.advanceTimersByTimeAsync(LATE_MS - 1);
  expect(onLate).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onLate).toHaveBeenCalledTimes(1);
  recovery.state("connected");
  recovery.state("disconnected");
  await vi.advanceTimersByTimeAsync(LATE_MS);
  expect(onLate).toHaveBeenCalledTimes(2);
});

it("goes quiet when closed", async () => {
  const { recovery, restart, repeat, renew, onLate } = made();
  recovery.state("failed");
  recovery.close();
  await vi.advanceTimersByTimeAsync(120_000);
  for (const f of [restart, repeat, renew, onLate]) expect(f).not.toHaveBeenCalled();
});
