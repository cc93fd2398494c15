import { effect } from "@preact/signals";
import { expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { Call } from "../../api/gen";
import { call, done, gap, leg, ME, mine, PEER, setUp, told } from "./fixtures";

const tick = () => new Promise((go) => setTimeout(go, 0));

const theirs = (state: "ringing" | "joined" | "lost" = "joined") => leg("leg-a", PEER, state);
const toMe = (change: number): Call =>
  call(change, [theirs(), leg("leg-r", ME, "ringing")], { state: "ringing", caller: PEER });
const over = (change: number, reason: Call["reason"] = "hangup"): Call =>
  call(change, [mine("left"), theirs()], { state: "ended", reason, ended_at: 726_000 });

it("calls, connects when they answer, and says how long it was", async () => {
  const { calls, engine, link, toasts, openChat } = setUp(async () =>
    done(call(1, [mine(), theirs("ringing")], { state: "ringing" })),
  );
  await calls.start("chat-1", true, PEER);
  expect(calls.held.value.phase).toBe("outgoing");
  expect(engine.open).toHaveBeenCalledWith(true);

  calls.apply(told(call(2, [mine(), theirs()])));
  expect(engine.connect).toHaveBeenCalledWith("leg-a", true, false);
  link(true);
  expect(calls.held.value.phase).toBe("connected");

  calls.apply(told(over(3)));
  await vi.waitFor(() => expect(toasts.show).toHaveBeenCalledWith({ text: "Call ended 12:04" }));
  expect(openChat).toHaveBeenCalledWith("chat-1");
  expect(engine.close).toHaveBeenCalled();
});

it("rings, and stops ringing when another page answers", () => {
  const { calls } = setUp();
  calls.apply(told(toMe(1)));
  expect(calls.rings.value.map((c) => c.id)).toEqual(["call-1"]);
  calls.apply(told(call(2, [theirs(), mine("joined", "page-2")], { caller: PEER })));
  expect(calls.rings.value).toEqual([]);
  expect(calls.elsewhere.value?.lost).toBe(false);
});

it("answers with video", async () => {
  const { calls, sent } = setUp(async () => done(call(2, [theirs(), mine()], { caller: PEER })));
  calls.apply(told(toMe(1)));
  await calls.accept("call-1", true);
  expect(sent[0]).toEqual({ type: "call.join", call: "call-1", mic: true, camera: true });
  expect(calls.held.value).toMatchObject({ phase: "connecting", peer: PEER });
  expect(calls.rings.value).toEqual([]);
});

it("declines, at once here and for all pages by the server", () => {
  const { calls, sent } = setUp();
  calls.apply(told(toMe(1)));
  calls.decline("call-1");
  expect(calls.rings.value).toEqual([]);
  expect(sent).toEqual([{ type: "call.decline", call: "call-1" }]);
});

it("does not ring for a silent leg", () => {
  const { calls } = setUp();
  calls.apply(told(call(1, [theirs(), leg("leg-r", ME, "silent")], { state: "ringing" })));
  expect(calls.rings.value).toEqual([]);
});

it("offers to move the call here when another page holds it", async () => {
  const { calls, toasts } = setUp(() =>
    Promise.reject(new ApiError("conflict", "You are in this call.")),
  );
  calls.apply(told(call(1, [mine("joined", "page-2"), theirs()])));
  await calls.start("chat-1", false, PEER);
  expect(calls.held.value.phase).toBe("idle");
  expect(toasts.show).toHaveBeenCalledWith(
    expect.objectContaining({ action: expect.objectContaining({ label: "Move it here" }) }),
  );
});

it("knows after a reload that it was in a call, and takes it up again", async () => {
  const { calls } = setUp(async () => done(call(2, [theirs(), mine()])));
  calls.apply(gap([call(1, [mine("lost", "page-0"), theirs()])]));
  expect(calls.elsewhere.value?.lost).toBe(true);
  await calls.rejoin("call-1");
  expect(calls.held.value.phase).toBe("connecting");
  expect(calls.elsewhere.value).toBeNull();
});

it("leaves what the server gives after the person has hung up", async () => {
  const { calls, sent } = setUp(async () => done(call(1, [mine(), theirs("ringing")])));
  const asked = calls.start("chat-1", false, PEER);
  calls.hangup();
  await asked;
  expect(calls.held.value.phase).toBe("idle");
  expect(sent.at(-1)).toEqual({ type: "call.leave", call: "call-1" });
});

it("tells when the microphone goes off, and only then", async () => {
  const { calls, sent } = setUp(async () => done(call(1, [mine(), theirs()])));
  const undo: (() => void)[] = [];
  const scope = { add: (u: () => void) => void undo.push(u) };
  vi.spyOn(calls.devices, "watch").mockImplementation(() => {});
  calls.run(scope as never);
  await calls.start("chat-1", false, PEER);
  expect(sent).toHaveLength(1);
  calls.toggleMic();
  await tick();
  expect(sent.at(-1)).toEqual({ type: "call.media", call: "call-1", mic: false, camera: false });
  for (const u of undo.reverse()) u();
});

it("sounds while it rings and is silent after every end", () => {
  const { calls, sounds } = setUp();
  vi.spyOn(calls.devices, "watch").mockImplementation(() => {});
  calls.run({ add: () => {}, effect: (f: () => void) => effect(f) } as never);
  calls.apply(told(toMe(1)));
  expect(sounds.ring).toHaveBeenCalledOnce();
  sounds.stop.mockClear();
  calls.apply(told(over(2, "cancelled")));
  expect(sounds.stop).toHaveBeenCalled();
});

it("passes signals of its own call only", async () => {
  const { calls, engine } = setUp(async () => done(call(1, [mine(), theirs()])));
  const event = { type: "call.signal", pos: 1, from: "leg-a", to: "leg-b", signal: {} } as const;
  calls.apply({ ...event, call: "call-1" });
  expect(engine.hear).not.toHaveBeenCalled();
  await calls.start("chat-1", false, PEER);
  calls.apply({ ...event, call: "call-2" });
  expect(engine.hear).not.toHaveBeenCalled();
  calls.apply({ ...event, call: "call-1" });
  expect(engine.hear).toHaveBeenCalledOnce();
});

it("leaves, once there is a line again, what was hung up without one", async () => {
  const { calls, sent } = setUp(async () => done(call(1, [mine(), theirs()])));
  await calls.start("chat-1", false, PEER);
  calls.hangup();
  sent.length = 0;
  calls.apply(gap([call(1, [mine(), theirs()])]));
  expect(sent).toEqual([{ type: "call.leave", call: "call-1" }]);
});

it("says nothing of an end that nobody meant: the stage does", async () => {
  const { calls, toasts, openChat } = setUp(async () => done(call(1, [mine(), theirs()])));
  await calls.start("chat-1", false, PEER);
  calls.apply(gap([]));
  expect(calls.held.value.phase).toBe("dropped");
  expect(toasts.show).not.toHaveBeenCalled();
  expect(openChat).not.toHaveBeenCalled();
});

it("takes up the call with this person that a closed page left behind", async () => {
  const { calls, sent } = setUp(async () => done(call(2, [theirs(), mine()])));
  calls.apply(gap([call(1, [mine("lost", "page-0"), theirs()])]));
  await calls.start("chat-1", true, PEER);
  expect(sent[0]).toMatchObject({ type: "call.join", call: "call-1", camera: true });
});

it("tells the engine that a guest is in the call", async () => {
  const { calls, engine, roleOf } = setUp(async () => done(call(1, [mine(), theirs()])));
  roleOf.mockImplementation((id) => (id === PEER ? "guest" : "member"));
  await calls.start("chat-1", true, PEER);
  expect(engine.connect).toHaveBeenCalledWith("leg-a", true, true);
});
