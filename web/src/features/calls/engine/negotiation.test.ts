import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakePeerConnection } from "./fake-peer";
import { Negotiation, type Signal } from "./negotiation";

const TRACKS = { audio: null, video: null };

interface Side {
  readonly n: Negotiation;
  readonly pc: FakePeerConnection;
  readonly sent: Signal[];
  readonly links: boolean[];
}

function side(polite: boolean): Side {
  const sent: Signal[] = [];
  const links: boolean[] = [];
  const n = new Negotiation({
    polite,
    iceServers: [],
    tracks: TRACKS,
    send: (s) => sent.push(s),
    onLink: (up) => links.push(up),
    onStream: () => {},
  });
  return { n, pc: FakePeerConnection.last(), sent, links };
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

it("offers again when an offer or its answer was lost", async () => {
  const [a, b] = [side(false), side(true)];
  await vi.advanceTimersByTimeAsync(0);
  expect(a.sent.splice(0)).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(8_000);
  await exchange(a, b);
  expect(b.pc.signalingState).toBe("stable");
  expect(a.pc.signalingState).toBe("stable");
});

it("looks for a new way at once when the way failed, after 3 s when it only went quiet", async () => {
  const [a, b] = [side(false), side(true)];
  await exchange(a, b);
  a.pc.become("connected");
  a.pc.become("disconnected");
  await vi.advanceTimersByTimeAsync(2_900);
  expect(a.pc.restarts).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(a.pc.restarts).toBe(1);
  a.pc.become("failed");
  expect(a.pc.restarts).toBe(1 + (a.pc.signalingState === "stable" ? 1 : 0));
  expect(a.links).toEqual([true, false, false]);
});

it("goes quiet when closed", async () => {
  const a = side(false);
  a.n.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(a.pc.restarts).toBe(0);
  expect(a.sent).toHaveLength(0);
});
