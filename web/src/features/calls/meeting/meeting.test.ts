import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Call, ServerEvent } from "../../../api/gen";
import type { RoomOptions } from "../engine/room";
import type { RoomEvent } from "../engine/roomContract";
import type { Way } from "../engine/way";
import { done, ME, meeting, PEER, seat, setUp, told } from "../fixtures";

class FakeRoom {
  static all: FakeRoom[] = [];
  readonly options: RoomOptions;
  readonly replace = vi.fn();
  readonly publish = vi.fn();
  readonly show = vi.fn();
  readonly take = vi.fn();
  readonly restart = vi.fn();
  readonly close = vi.fn();

  constructor(options: RoomOptions) {
    this.options = options;
    FakeRoom.all.push(this);
  }
}

vi.mock("../engine/room", () => ({ Room: FakeRoom }));

const me = seat(2, ME, { page: "page-1" });
const three = (change: number) => meeting(change, [seat(1, PEER), me, seat(3, "user-c")]);
const two = (change: number) => meeting(change, [seat(1, PEER), me], { kind: "pair" });
const event = (e: RoomEvent) => e as unknown as ServerEvent;

async function joined(first: Call) {
  const all = setUp(async () => ({ ...done(first), leg: "leg-2" }));
  all.places.set("chat-1", { title: "Launch plan", group: true, rules: false });
  await all.calls.start("chat-1", false);
  await vi.waitFor(() => expect(all.calls.meeting.value).not.toBeNull());
  const now = all.calls.meeting.value;
  if (!now) throw new Error("no meeting");
  all.sent.length = 0;
  return { ...all, meeting: now };
}

const room = (): FakeRoom => FakeRoom.all.at(-1) as FakeRoom;

beforeEach(() => {
  FakeRoom.all = [];
});
afterEach(() => {
  vi.useRealTimers();
});

it("enters the room of a meeting in progress, and says how its way goes", async () => {
  const { calls, sent } = await joined(three(1));
  expect(FakeRoom.all).toHaveLength(1);
  expect(calls.held.value.phase).toBe("connecting");
  room().options.onLink(true);
  expect(calls.held.value.phase).toBe("connected");
  expect(room().options.numberOf("leg-3")).toBe(3);
  room().options.view([]);
  expect(sent).toEqual([{ type: "call.view", call: "call-1", slots: [] }]);
  calls.hangup();
  expect(room().close).toHaveBeenCalled();
  expect(calls.meeting.value).toBeNull();
});

it("hands on what the server says of the room, of its own call only", async () => {
  const { calls, meeting: m, engine, toasts } = await joined(three(1));
  const slots = { type: "call.slots", audio: [], video: [] } as const;
  calls.apply(event({ ...slots, call: "call-2" }));
  expect(room().take).not.toHaveBeenCalled();
  calls.apply(event({ ...slots, call: "call-1" }));
  expect(room().take).toHaveBeenCalled();
  calls.apply(event({ type: "call.publish", call: "call-1", layers: ["l"], screen: false }));
  expect(room().publish).toHaveBeenCalled();
  calls.apply(
    event({
      type: "call.speakers",
      call: "call-1",
      speakers: [{ leg: "leg-3", level: 60 }],
      dominant: "leg-3",
    }),
  );
  expect([...m.levels.value.keys(), m.dominant.value]).toEqual(["leg-3", "leg-3"]);
  calls.apply(event({ type: "call.muted", call: "call-1", by: PEER }));
  expect(engine.media.setMic).toHaveBeenCalledWith(false);
  expect(toasts.show).toHaveBeenCalledWith({ text: "Mei Tanaka muted you." });
  calls.apply(event({ type: "call.media_state", call: "call-1", state: "lost" }));
  expect(room().restart).toHaveBeenCalled();
});

it("goes from the pair to the room and back without letting go of either too early", async () => {
  const { calls, engine, to } = await joined(two(1));
  vi.useFakeTimers();
  to.value = "leg-1";
  expect(FakeRoom.all).toHaveLength(0);
  calls.apply(told(three(2)));
  expect(FakeRoom.all).toHaveLength(1);
  room().options.onSound();
  expect(engine.part).not.toHaveBeenCalled();
  expect(calls.meeting.value?.quiet.value).toBe("pair");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(engine.part).toHaveBeenCalledTimes(1);

  calls.apply(told(two(3)));
  expect(engine.connect).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(room().close).not.toHaveBeenCalled();
  engine.way.value = { since: signal(Date.now()), sounds: () => true } as unknown as Way;
  await vi.advanceTimersByTimeAsync(100);
  expect(calls.meeting.value?.quiet.value).toBe("room");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(room().close).toHaveBeenCalledTimes(1);
  expect(calls.meeting.value?.room.value).toBeNull();
});

it("leaves the room at once when nobody else is in it", async () => {
  const { calls } = await joined(three(1));
  calls.apply(told(meeting(2, [me], { kind: "pair" })));
  expect(room().close).toHaveBeenCalled();
});

it("tells of the hand, and shows a reaction for a while", async () => {
  const { calls, meeting: m, sent } = await joined(three(1));
  vi.useFakeTimers();
  m.toggleHand();
  expect(sent).toEqual([
    { type: "call.media", call: "call-1", mic: true, camera: false, hand: true },
  ]);
  const hands = [seat(1, PEER, { hand: 9 }), seat(2, ME, { hand: 5 })];
  calls.apply(told(meeting(2, hands)));
  expect(m.hands.value.map((l) => l.id)).toEqual(["leg-2", "leg-1"]);
  m.toggleHand();
  expect(sent.at(-1)).toMatchObject({ hand: false });
  m.react("heart");
  calls.apply(event({ type: "call.reaction", call: "call-1", leg: "leg-2", reaction: "heart" }));
  calls.apply(event({ type: "call.reaction", call: "call-1", leg: "leg-1", reaction: "like" }));
  expect(m.reactions.value.map((r) => r.reaction)).toEqual(["heart", "like"]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(m.reactions.value).toEqual([]);
});

it("says who comes and who goes in a small meeting", async () => {
  const { calls, toasts } = await joined(two(1));
  calls.apply(told(three(2)));
  expect(toasts.show).toHaveBeenCalledWith({ text: "Alex Rivera joined." });
  calls.apply(told(meeting(3, [me, seat(3, "user-c")])));
  expect(toasts.show).toHaveBeenCalledWith({ text: "Mei Tanaka left." });
  const often = toasts.show.mock.calls.length;
  const crowd = Array.from({ length: 9 }, (_, i) => seat(10 + i, `user-${i}`));
  calls.apply(told(meeting(4, [me, ...crowd])));
  expect(toasts.show).toHaveBeenCalledTimes(often);
});

it("tells the server what it shows, tile by tile", async () => {
  const { meeting: m } = await joined(three(1));
  const [a, b] = [{}, {}];
  m.watch(a, { leg: "leg-1", source: "camera", height: 100 });
  m.watch(b, { leg: "leg-3", source: "screen", height: 700 });
  expect(room().show.mock.lastCall?.[0]).toHaveLength(2);
  m.watch(a, null);
  expect(room().show.mock.lastCall?.[0]).toEqual([{ leg: "leg-3", source: "screen", height: 700 }]);
});
