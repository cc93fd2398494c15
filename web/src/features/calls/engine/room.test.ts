import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Room, type RoomOptions } from "./room";
import type { VideoSlot } from "./roomContract";
import { CHUNK } from "./slots";

interface FakeReceiver {
  readonly track: { readonly id: string };
  csrc: number | null;
  getContributingSources(): readonly { source: number; timestamp: number }[];
  getSynchronizationSources(): readonly unknown[];
}

/** Only what a room needs; the server's answer is taken as it is. */
class FakePc {
  static all: FakePc[] = [];
  readonly kinds: string[] = [];
  readonly receivers: FakeReceiver[] = [];
  readonly encodings: { rid?: string; active: boolean }[][] = [];
  readonly setup: RTCConfiguration;
  signalingState = "stable";
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  restarts = 0;
  sound = false;

  constructor(setup: RTCConfiguration) {
    this.setup = setup;
    FakePc.all.push(this);
  }

  addTransceiver(kind: string, init: { direction: string; sendEncodings?: { rid?: string }[] }) {
    const encodings = (init.sendEncodings ?? [{}]).map((e) => ({ ...e, active: true }));
    this.encodings.push(encodings);
    this.kinds.push(`${kind} ${init.direction}`);
    const receiver: FakeReceiver = {
      track: { id: `${this.kinds.length}` },
      csrc: null,
      getContributingSources() {
        return this.csrc === null ? [] : [{ source: this.csrc, timestamp: 1 }];
      },
      getSynchronizationSources: () => (this.sound ? [{}] : []),
    };
    this.receivers.push(receiver);
    queueMicrotask(() => this.signalingState === "stable" && this.onnegotiationneeded?.());
    return {
      receiver,
      sender: {
        replaceTrack: async () => {},
        getParameters: () => ({ encodings }),
        setParameters: async () => {},
      },
    };
  }

  async setLocalDescription() {
    this.signalingState = "have-local-offer";
    this.localDescription = { sdp: `offer of ${this.kinds.length} by ${FakePc.all.length}` };
  }

  async setRemoteDescription() {
    this.signalingState = "stable";
  }

  setConfiguration() {}

  restartIce() {
    this.restarts += 1;
    this.onnegotiationneeded?.();
  }

  close() {
    this.signalingState = "closed";
  }

  become(state: string) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const NONE = { mic: null, camera: null, screen: null, screenAudio: null };
const lists = {
  ice_servers: [{ urls: ["stun:s", "turn:s", "turns:s"], username: "u", credential: "c" }],
  expires_at: null,
};

function made(connect = vi.fn(async (_sdp: string) => "answer")) {
  const options = {
    first: Promise.resolve(lists),
    ask: async () => lists,
    tracks: NONE,
    connect,
    view: vi.fn(),
    numberOf: (leg: string) => Number(leg.slice(1)),
    onLink: vi.fn(),
    onSound: vi.fn(),
  } satisfies RoomOptions;
  return { ...options, room: new Room(options) };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const pc = (): FakePc => FakePc.all.at(-1) as FakePc;
const video = (slot: number, leg: string, state: VideoSlot["state"] = "live"): VideoSlot => ({
  slot,
  leg,
  source: "camera",
  height: 360,
  state,
});
/** The video receiver of a pair, behind the four that send. */
const receiver = (pair: number) => pc().receivers[4 + 2 * pair + 1] as FakeReceiver;

beforeEach(() => {
  vi.useFakeTimers();
  FakePc.all = [];
  vi.stubGlobal("RTCPeerConnection", FakePc);
  vi.stubGlobal("RTCRtpReceiver", {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("offers the lines of the contract, without a relay by UDP", async () => {
  const { connect } = made();
  await pass(0);
  expect(pc().kinds.slice(0, 6)).toEqual([
    "audio sendonly",
    "video sendonly",
    "video sendonly",
    "audio sendonly",
    "audio recvonly",
    "video recvonly",
  ]);
  expect(pc().kinds).toHaveLength(4 + 2 * CHUNK);
  expect(pc().encodings[1]?.map((e) => e.rid)).toEqual(["l", "m", "h"]);
  expect(pc().setup.iceServers?.map((s) => s.urls)).toEqual([["turns:s"]]);
  expect(connect).toHaveBeenCalledTimes(1);
});

it("tells what it shows once, and grows when that takes more pairs", async () => {
  const { room, view, connect } = made();
  await pass(0);
  room.show([{ leg: "n1", source: "camera", height: 350 }]);
  room.show([{ leg: "n1", source: "camera", height: 340 }]);
  await pass(100);
  expect(view.mock.calls).toEqual([[[{ slot: 0, leg: "n1", source: "camera", height: 360 }]]]);
  room.show(
    Array.from({ length: 7 }, (_, i) => ({ leg: `n${i}`, source: "camera" as const, height: 90 })),
  );
  await pass(100);
  expect(connect).toHaveBeenCalledTimes(2);
  expect(pc().kinds).toHaveLength(4 + 4 * CHUNK);
  expect(view.mock.lastCall?.[0]).toHaveLength(7);
  room.close();
});

it("shows no picture under a name before its packets bear the number", async () => {
  const { room } = made();
  await pass(0);
  room.take({ audio: [], video: [video(0, "n7")] });
  expect(room.pictures.value.size).toBe(0);
  receiver(0).csrc = 7;
  await pass(100);
  expect([...room.pictures.value.keys()]).toEqual(["n7 camera"]);
  room.take({ audio: [], video: [video(0, "n8")] });
  expect(room.pictures.value.size).toBe(0);
  receiver(0).csrc = 8;
  await pass(100);
  expect([...room.pictures.value.keys()]).toEqual(["n8 camera"]);
  room.take({ audio: [], video: [video(0, "n8", "paused")] });
  expect(room.pictures.value.get("n8 camera")?.state).toBe("paused");
  room.take({ audio: [], video: [video(0, "n8", "off")] });
  expect(room.pictures.value.size).toBe(0);
  room.close();
});

it("sends only the layers that somebody watches", async () => {
  const { room } = made();
  await pass(0);
  room.publish({ layers: ["l"], screen: false });
  await pass(0);
  expect(pc().encodings[1]?.map((e) => e.active)).toEqual([true, false, false]);
  expect(pc().encodings[2]?.[0]?.active).toBe(false);
  room.close();
});

it("says when it hears the first sound, and whose voice comes where", async () => {
  const { room, onSound } = made();
  await pass(0);
  room.take({ audio: [{ slot: 1, leg: "n2", source: "mic" }], video: [] });
  expect(room.voices.value).toMatchObject([{ slot: 1, leg: "n2", track: { id: "7" } }]);
  expect(onSound).not.toHaveBeenCalled();
  pc().sound = true;
  await pass(300);
  expect(onSound).toHaveBeenCalledTimes(1);
  room.close();
});

it("asks again what had no answer, then looks for a new way, then begins anew", async () => {
  const answers = vi.fn(async (_sdp: string) => "answer");
  answers.mockRejectedValueOnce(new Error("no line"));
  const { room, onLink, view } = made(answers);
  room.show([{ leg: "n1", source: "camera", height: 90 }]);
  await pass(0);
  expect(answers).toHaveBeenCalledTimes(1);
  await pass(8_000);
  expect(answers).toHaveBeenCalledTimes(2);
  pc().become("connected");
  expect(onLink.mock.calls).toEqual([[true]]);
  const told = view.mock.calls.length;
  for (const pause of [0, 1_000, 2_000]) {
    pc().become("failed");
    await pass(pause);
  }
  expect(pc().restarts).toBe(3);
  expect(FakePc.all).toHaveLength(1);
  pc().become("failed");
  await pass(4_000);
  expect(FakePc.all).toHaveLength(2);
  expect(view.mock.calls.length).toBeGreaterThan(told);
  room.close();
});

it("goes quiet when closed", async () => {
  const { room, connect } = made();
  room.close();
  await pass(60_000);
  expect(connect).not.toHaveBeenCalled();
});
