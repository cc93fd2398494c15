import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakePeerConnection } from "./fake-peer";
import type { IceAnswer } from "./iceList";
import type { Signal } from "./negotiation";
import { sessionOf, Way } from "./way";

const RELAY: IceAnswer = {
  ice_servers: [{ urls: ["turn:h:3478?transport=udp"], username: "u", credential: "secret" }],
  expires_at: null,
};
const NONE: IceAnswer = { ice_servers: [], expires_at: null };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  vi.stubGlobal("MediaStream", class {});
  vi.stubGlobal("navigator", { onLine: true, userAgent: "Test" });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function made({ polite = false, guest = false, list = NONE as IceAnswer | null } = {}) {
  const sent: Signal[] = [];
  const links: boolean[] = [];
  const ask = vi.fn(async () => list ?? NONE);
  const way = new Way({
    polite,
    guest,
    first: Promise.resolve(list),
    ask,
    tracks: { audio: null, video: null },
    send: (s) => sent.push(s),
    onLink: (up) => links.push(up),
    onStream: () => {},
    onScreen: () => {},
    shared: [],
  });
  await vi.advanceTimersByTimeAsync(0);
  return { way, sent, links, ask, pc: FakePeerConnection.last() };
}

const offer = (session: number): Signal => ({
  description: { type: "offer", sdp: `o=- ${session} 2 IN IP4 127.0.0.1` },
});

it("uses relays only with a guest, where one is offered, and says what holds", async () => {
  const open = await made({ list: RELAY });
  expect(open.pc.configuration.iceTransportPolicy).toBe("all");
  expect(open.way.privacy.value).toBe("open");
  const hidden = await made({ guest: true, list: RELAY });
  expect(hidden.pc.configuration.iceTransportPolicy).toBe("relay");
  expect(hidden.way.privacy.value).toBe("hidden");
  const exposed = await made({ guest: true });
  expect(exposed.pc.configuration.iceTransportPolicy).toBe("all");
  expect(exposed.way.privacy.value).toBe("exposed");
  for (const { way } of [open, hidden, exposed]) way.close();
});

it("takes the servers anew before it looks for a new way", async () => {
  const { way, pc, ask } = await made({ list: { ...RELAY, expires_at: Date.now() + 60_000 } });
  ask.mockResolvedValueOnce({ ...RELAY, ice_servers: [{ urls: ["turn:new"] }] });
  way.restart();
  await vi.advanceTimersByTimeAsync(8_000);
  pc.signalingState = "stable";
  way.restart();
  await vi.advanceTimersByTimeAsync(0);
  expect(pc.configuration.iceServers).toEqual([{ urls: ["turn:new"] }]);
  expect(pc.restarts).toBe(1);
  way.close();
});

it("says why it is not there: soon after it failed, and no more once it is there", async () => {
  const { way, pc, links } = await made();
  expect(way.trouble.value).toBeNull();
  pc.become("failed");
  expect(way.trouble.value).toBeNull();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(way.trouble.value?.step).toBe("no-answer");
  expect(way.details()).toContain("Step: no-answer");
  pc.become("connected");
  expect(way.trouble.value).toBeNull();
  expect(way.since.value).toBe(Date.now());
  pc.become("disconnected");
  expect(way.since.value).toBeNull();
  expect(way.trouble.value).toBeNull();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(way.trouble.value).not.toBeNull();
  way.again();
  expect(way.trouble.value).toBeNull();
  expect(links).toEqual([false, true, false]);
  way.close();
});

it("says when the server did not tell any servers", async () => {
  const { way, pc } = await made({ list: null });
  pc.become("failed");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(way.trouble.value?.step).toBe("no-list");
  way.close();
});

it("says at once when only relays would do and none came", async () => {
  const { way, pc } = await made({ guest: true, list: RELAY });
  way.hear(offer(1));
  pc.gather("gathering");
  expect(way.trouble.value).toBeNull();
  pc.gather("complete");
  expect(way.trouble.value?.step).toBe("udp-blocked");
  expect(way.details()).not.toContain("secret");
  way.close();
});

it("begins anew when all else failed, and follows the other side that does", async () => {
  const leads = await made();
  for (let i = 0; i < 4; i += 1) {
    leads.pc.become("failed");
    await vi.advanceTimersByTimeAsync(4_000);
    leads.pc.signalingState = "stable";
  }
  expect(FakePeerConnection.last()).not.toBe(leads.pc);
  leads.way.close();

  const follows = await made({ polite: true });
  follows.way.hear(offer(1));
  await vi.advanceTimersByTimeAsync(0);
  follows.way.hear(offer(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(FakePeerConnection.last()).toBe(follows.pc);
  follows.way.hear(offer(2));
  await vi.advanceTimersByTimeAsync(0);
  expect(FakePeerConnection.last()).not.toBe(follows.pc);
  expect(follows.pc.signalingState).toBe("closed");
  follows.way.close();
});

it("knows a connection by its session", () => {
  expect(sessionOf("v=0\r\no=- 4611 2 IN IP4 127.0.0.1\r\ns=-\r\n")).toBe("4611");
  expect(sessionOf("o=mozilla...THIS_IS_SDPARTA-99.0 771 0 IN IP4 0.0.0.0")).toBe("771");
});
