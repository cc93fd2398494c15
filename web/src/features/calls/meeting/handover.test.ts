import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Handover } from "./handover";

function made(pairSounds = () => false) {
  const all = { pairSounds, endPair: vi.fn(), endRoom: vi.fn() };
  return { ...all, handover: new Handover(all) };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("goes over to the room at its first sound, and ends the pair a little later", async () => {
  const { handover, endPair } = made();
  handover.toRoom();
  handover.up("room");
  expect(handover.quiet.value).toBeNull();
  handover.sounded("room");
  expect(handover.quiet.value).toBe("pair");
  expect(endPair).not.toHaveBeenCalled();
  await pass(2_000);
  expect(endPair).toHaveBeenCalledTimes(1);
  expect(handover.quiet.value).toBeNull();
});

it("does not wait for sound for ever", async () => {
  const { handover, endPair } = made();
  handover.toRoom();
  handover.up("room");
  await pass(5_000);
  expect(endPair).toHaveBeenCalledTimes(1);
});

it("keeps the pair as long as the room is not there", async () => {
  const { handover, endPair } = made();
  handover.toRoom();
  handover.up("pair");
  await pass(60_000);
  expect(endPair).not.toHaveBeenCalled();
});

it("goes back when the pair is heard", async () => {
  let sounds = false;
  const { handover, endRoom } = made(() => sounds);
  handover.toPair();
  await pass(500);
  expect(handover.quiet.value).toBeNull();
  sounds = true;
  await pass(50);
  expect(handover.quiet.value).toBe("room");
  await pass(2_000);
  expect(endRoom).toHaveBeenCalledTimes(1);
});

it("forgets what it was about when it turns back", async () => {
  const { handover, endRoom, endPair } = made();
  handover.toPair();
  handover.sounded("pair");
  handover.toRoom();
  expect(handover.quiet.value).toBeNull();
  await pass(60_000);
  expect(endRoom).not.toHaveBeenCalled();
  handover.sounded("room");
  handover.close();
  await pass(60_000);
  expect(endPair).not.toHaveBeenCalled();
});
