/* Calls as the server tells them, for tests. */
import { signal } from "@preact/signals";
import { vi } from "vitest";
import type { Call, CallRecord, Leg, ServerDone, ServerEvent, State } from "../../api/gen";
import type { LineState, Request } from "../../api/socket";
import type { Engine, Wire } from "./engine/engine";
import type { Way } from "./engine/way";
import type { Place } from "./parts";
import { CallsStore } from "./store";

export const ME = "user-me";
export const PEER = "user-peer";
export const PAGE = "page-1";

export function leg(id: string, user: string, state: Leg["state"], more: Partial<Leg> = {}): Leg {
  return {
    id,
    user,
    state,
    page: null,
    mic: true,
    camera: false,
    screen: false,
    hand: null,
    number: 1,
    ...more,
  };
}

/** As it is in a meeting. */
export function seat(number: number, user: string, more: Partial<Leg> = {}): Leg {
  const id = `leg-${number}`;
  return { ...leg(id, user, "joined"), number, screen: false, hand: null, ...more };
}

export function meeting(change: number, legs: readonly Leg[], more: Partial<Call> = {}): Call {
  return { ...call(change, legs), kind: "room", legs, ...more } as Call;
}

export const mine = (state: Leg["state"] = "joined", page = PAGE): Leg =>
  leg("leg-b", ME, state, { page });

export function call(change: number, legs: readonly Leg[], more: Partial<Call> = {}): Call {
  return {
    id: "call-1",
    channel: "chat-1",
    caller: ME,
    group: false,
    kind: "pair",
    video: false,
    state: "active",
    reason: null,
    started_at: 1_000,
    answered_at: more.state === "ringing" ? null : 2_000,
    ended_at: null,
    change,
    legs,
    ...more,
  };
}

export function record(id: string, more: Partial<CallRecord> = {}): CallRecord {
  const peer = { id: PEER, name: "Mei Tanaka", role: "member", active: true, change: 1 };
  return {
    id,
    channel: "chat-1",
    peer: peer as unknown as CallRecord["peer"],
    direction: "in",
    video: false,
    outcome: "answered",
    started_at: Date.now(),
    duration_ms: 724_000,
    ...more,
  };
}

export function gap(calls: readonly Call[], missed = 0): ServerEvent {
  const state = { epoch: "e", pos: 1, me: { id: ME }, calls, missed_calls: missed };
  return { type: "gap", state: state as unknown as State };
}

export const told = (c: Call): ServerEvent => ({ type: "call", pos: 1, call: c });

const put = <T>(place: { value: T }, value: T): void => {
  place.value = value;
};

function fakeEngine() {
  const mic = signal(true);
  const camera = signal(false);
  const wires: Wire[] = [];
  const to = signal<string | null>(null);
  const engine = {
    media: {
      mic,
      camera,
      audio: signal(null),
      video: signal(null),
      notice: signal<string | null>(null),
      open: vi.fn(async () => {}),
      setMic: vi.fn(async (on: boolean) => put(mic, on)),
      setCamera: vi.fn(async (on: boolean) => put(camera, on)),
      stopMic: vi.fn(),
      change: vi.fn(async () => {}),
      dismissNotice: vi.fn(),
      close: vi.fn(),
    },
    remote: signal(null),
    remoteScreen: signal(null),
    ice: null,
    get to() {
      return to.value;
    },
    share: vi.fn(),
    part: vi.fn(),
    way: signal<Way | null>(null),
    listen: (wire: Wire) => void wires.push(wire),
    open: vi.fn(async (video: boolean) => put(camera, video)),
    connect: vi.fn(async () => {}),
    hear: vi.fn(),
    restart: vi.fn(),
    close: vi.fn(),
  } satisfies Engine;
  return { engine, to, link: (up: boolean) => wires[0]?.onLink(up) };
}

/** A store with everything around it made up; `answer` gives what the server says. */
export function setUp(answer: (m: Request) => Promise<ServerDone> = async () => noDone) {
  const { engine, to, link } = fakeEngine();
  const sent: Request[] = [];
  const toasts = { show: vi.fn(() => 1) };
  const sounds = { ring: vi.fn(), ringBack: vi.fn(), stop: vi.fn(), test: vi.fn() };
  const openChat = vi.fn();
  const places = new Map<string, Place>();
  const roleOf = vi.fn((_id: string) => "member");
  const state = signal<LineState>("online");
  const line = {
    page: PAGE,
    state,
    ask: (m: Request) => {
      sent.push(m);
      return answer(m);
    },
    tell: (m: Request) => void sent.push(m),
  };
  const calls = new CallsStore({
    api: { iceGet: async () => ({ ice_servers: [], expires_at: null }) },
    line,
    people: {
      nameOf: (id) => (id === PEER ? "Mei Tanaka" : "Alex Rivera"),
      pictureOf: () => null,
      roleOf,
    },
    toasts,
    openChat,
    placeOf: (id) => places.get(id) ?? null,
    engine,
    sounds,
  });
  calls.apply(gap([]));
  return { calls, engine, to, link, sent, toasts, sounds, openChat, roleOf, state, places };
}

export const noDone: ServerDone = { type: "done", ref: 1 };
export const done = (c: Call): ServerDone => ({ type: "done", ref: 1, call: c, leg: "leg-b" });
