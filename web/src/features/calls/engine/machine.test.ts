import { expect, it } from "vitest";
import type { Call } from "../../../api/gen";
import { call, leg, ME, meeting, mine, PEER, seat } from "../fixtures";
import { type Effect, type Happening, type Held, IDLE, type Phase, step } from "./machine";

const peer = (state: "ringing" | "joined" | "lost" | "left", id = "leg-a") => leg(id, PEER, state);
const ringing = (change: number) => call(change, [mine(), peer("ringing")], { state: "ringing" });
const active = (change: number) => call(change, [mine(), peer("joined")]);
const over = (change: number, reason: Call["reason"], state = active(change)): Call => ({
  ...state,
  state: "ended",
  reason,
  ended_at: 9_000,
});

const start: Happening = { type: "start", channel: "chat-1", peer: PEER, video: true };
const answer: Happening = { type: "answer", call: ringing(1), peer: PEER, video: false };
const held = (c: Call): Happening => ({ type: "held", call: c, leg: "leg-b" });
const told = (c: Call): Happening => ({ type: "call", call: c });
const link = (up: boolean): Happening => ({ type: "link", up });

function run(events: readonly Happening[]): { held: Held; effects: Effect[] } {
  let now: Held = IDLE;
  const effects: Effect[] = [];
  for (const e of events) {
    const [next, done] = step(now, e);
    now = next;
    effects.push(...done);
  }
  return { held: now, effects };
}

const running = [start, held(ringing(1)), told(active(2)), link(true)];

const table: readonly (readonly [string, readonly Happening[], Phase, string])[] = [
  ["a start opens the media and calls", [start], "outgoing", "open"],
  ["it rings there", [start, held(ringing(1))], "outgoing", "open"],
  ["they answer", [start, held(ringing(1)), told(active(2))], "connecting", "open connect"],
  ["media flow", running, "connected", "open connect"],
  ["glare gives a call that runs already", [start, held(active(2))], "connecting", "open connect"],
  ["an answer", [answer, held(active(2)), link(true)], "connected", "open connect"],
  ["an old change is nothing new", [...running, told(ringing(1))], "connected", "open connect"],
  ["the way breaks", [...running, link(false)], "reconnecting", "open connect"],
  ["and mends", [...running, link(false), link(true)], "connected", "open connect"],
  ["no way yet is no break", [start, held(active(2)), link(false)], "connecting", "open connect"],
  [
    "their page is away",
    [...running, told(call(3, [mine(), peer("lost")]))],
    "reconnecting",
    "open connect",
  ],
  [
    "and comes back by the same leg",
    [...running, told(call(3, [mine(), peer("lost")])), told(active(4))],
    "connected",
    "open connect",
  ],
  [
    "or by another leg",
    [...running, told(call(3, [mine(), peer("left"), peer("joined", "leg-c")]))],
    "connecting",
    "open connect connect",
  ],
  ["refused", [start, { type: "refused" }], "idle", "open close"],
  ["declined", [start, held(ringing(1)), told(over(2, "declined"))], "idle", "open close ended"],
  ["they hang up", [...running, told(over(3, "hangup"))], "idle", "open connect close ended"],
  ["I hang up", [...running, { type: "hangup" }], "idle", "open connect leave close ended"],
  ["I hang up before the server knew", [start, { type: "hangup" }], "idle", "open close ended"],
  [
    "late word to a call I left",
    [start, { type: "hangup" }, held(active(2))],
    "idle",
    "open close ended",
  ],
  ["it broke off", [...running, told(over(3, "lost"))], "dropped", "open connect close ended"],
  [
    "dropped, dismissed",
    [...running, told(over(3, "interrupted")), { type: "dismiss" }],
    "idle",
    "open connect close ended",
  ],
  [
    "dropped, then called again",
    [...running, told(over(3, "lost")), start],
    "outgoing",
    "open connect close ended open",
  ],
  [
    "moved to another page of mine",
    [...running, told(call(3, [mine("left"), peer("joined"), leg("leg-d", "user-me", "joined")]))],
    "idle",
    "open connect close ended",
  ],
  [
    "the server gave my leg up",
    [...running, told(call(3, [mine("left"), peer("joined")]))],
    "dropped",
    "open connect close ended",
  ],
  ["the server forgot it", [...running, { type: "gone" }], "dropped", "open connect close ended"],
  ["one call at a time", [...running, answer], "connected", "open connect"],
];

it.each(table)("%s", (_, events, phase, effects) => {
  const after = run(events);
  expect(after.held.phase).toBe(phase);
  expect(after.effects.map((x) => x.do).join(" ")).toBe(effects);
});

it("makes the higher leg the polite one", () => {
  expect(run(running).effects[1]).toMatchObject({ do: "connect", to: "leg-a", polite: true });
  const low = run([start, held(call(2, [mine(), peer("joined", "leg-z")]))]);
  expect(low.effects[1]).toMatchObject({ do: "connect", to: "leg-z", polite: false });
});

it("says of what an end was the end", () => {
  const last = run([...running, told(over(3, "hangup"))]).effects.at(-1);
  expect(last).toMatchObject({
    do: "ended",
    why: "hangup",
    held: { peer: PEER, channel: "chat-1" },
  });
});

const begin: Happening = {
  type: "start",
  channel: "chat-1",
  peer: null,
  video: false,
  group: true,
};
const me = seat(2, ME);
const three = [seat(1, PEER), me, seat(3, "user-c")];
const two = (change: number) => meeting(change, [seat(1, PEER), me], { kind: "pair" });
const room = (change: number, legs = three) => meeting(change, legs);
const mineHeld = (c: Call): Happening => ({ type: "held", call: c, leg: "leg-2" });
const alone = mineHeld(meeting(1, [me], { kind: "pair" }));
const full = [begin, mineHeld(room(1)), link(true)];

const meetings: readonly (readonly [string, readonly Happening[], Phase, string])[] = [
  ["whoever is alone in a meeting waits for nothing", [begin, alone], "connected", "open"],
  ["the second joins", [begin, alone, told(two(2))], "connecting", "open connect"],
  [
    "the third: the pair goes on",
    [begin, alone, told(two(2)), link(true), told(room(3))],
    "connected",
    "open connect",
  ],
  ["joining a meeting in progress", [begin, mineHeld(room(1))], "connecting", "open"],
  ["the room is there", full, "connected", "open"],
  ["its way breaks", [...full, link(false)], "reconnecting", "open"],
  ["others come and go", [...full, told(room(2, [seat(1, PEER), me]))], "connected", "open"],
  ["two again: the room goes on", [...full, told(two(2))], "connected", "open connect"],
  [
    "and alone again",
    [...full, told(two(2)), told(meeting(3, [me], { kind: "pair" }))],
    "connected",
    "open connect part",
  ],
  [
    "sent out",
    [...full, told(room(2, [seat(1, PEER), seat(2, ME, { state: "left" })]))],
    "idle",
    "open close ended",
  ],
  [
    "given up",
    [
      ...full,
      told(room(2, [seat(1, PEER), seat(2, ME, { state: "lost" })])),
      told(room(3, [seat(1, PEER), seat(2, ME, { state: "left" })])),
    ],
    "dropped",
    "open close ended",
  ],
  [
    "ended for all",
    [...full, told({ ...room(2), state: "ended", reason: "hangup" })],
    "idle",
    "open close ended",
  ],
  [
    "broken off",
    [...full, told({ ...room(2), state: "ended", reason: "interrupted" })],
    "dropped",
    "open close ended",
  ],
];

it.each(meetings)("a meeting: %s", (_, events, phase, effects) => {
  const after = run(events);
  expect(after.held.phase).toBe(phase);
  expect(after.effects.map((x) => x.do).join(" ")).toBe(effects);
  expect(after.held.peer).toBeNull();
});
