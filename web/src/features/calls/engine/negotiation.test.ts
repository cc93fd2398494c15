import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakePeerConnection } from "./fake-peer";
import { Negotiation, type Signal } from "./negotiation";

const TRACKS = { audio: null, video: null };

interface Side {
  readonly n: Negotiation;
  readonly pc: FakePeerConnection;
  readonly sent: Signal[];
}

function side(polite: boolean): Side {
  const sent: Signal[] = [];
  const n = new Negotiation({
    pc: new RTCPeerConnection(),
    polite,
    tracks: TRACKS,
    shared: [],
    send: (s) => sent.push(s),
    onStream: () => {},
    onScreen: () => {},
  });
  return { n, pc: FakePeerConnection.last(), sent };
}

/** Carries all that was said to the other side, until there is nothing more to say. */
async function exchange(a: Side, b: Side): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet += 1) {
    const [fromA, fromB] = [a.sent.splice(0), b.sent.splice(0)];
    for (const s of fromA) b.n.hear(s);
    for (const s of fromB) a.n.hear(s);
    if (fromA.length + fromB.length > 0) quiet = 0;
    await vi.advanceTimersByTimeAsync(0);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  vi.stubGlobal("MediaStream", class {});
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("lets the impolite side offer, with both kinds, and the polite side send by them", async () => {
  const [a, b] = [side(false), side(true)];
  await exchange(a, b);
  expect([a.pc.signalingState, b.pc.signalingState]).toEqual(["stable", "stable"]);
  expect(b.pc.getTransceivers().map((t) => [t.receiver.track.kind, t.direction])).toEqual([
    ["audio", "sendrecv"],
    ["video", "sendrecv"],
  ]);
});

it("survives both offering at once", async () => {
  const [a, b] = [side(false), side(true)];
  await exchange(a, b);
  a.n.restart();
  b.n.restart();
  await exchange(a, b);
  expect([a.pc.signalingState, b.pc.signalingState]).toEqual(["stable", "stable"]);
  expect([a.pc.rollbacks, b.pc.rollbacks]).toEqual([0, 1]);
});

it("says again what has had no answer", async () => {
  const [a, b] = [side(false), side(true)];
  await vi.advanceTimersByTimeAsync(0);
  expect(a.sent.splice(0)).toHaveLength(1);
  expect(a.n.repeat()).toBe(true);
  await exchange(a, b);
  expect([a.pc.signalingState, b.pc.signalingState]).toEqual(["stable", "stable"]);
  expect([a.n.repeat(), b.n.repeat()]).toEqual([false, false]);
});

it("goes quiet when closed", async () => {
  const a = side(false);
  a.n.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(a.pc.restarts).toBe(0);
  expect(a.sent).toHaveLength(0);
});
