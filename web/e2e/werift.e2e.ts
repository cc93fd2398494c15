import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RtpHeader,
  RtpPacket,
  useSdesMid,
  useTransportWideCC,
} from "werift";
import { invited, type Line, type Person, setUp, uuid } from "../../tests/api/support/person";
import { Server } from "../../tests/api/support/server";
import type { Channel } from "../src/api/gen";
import { until } from "./support/until";

/*
 * A stack of WebRTC that shares no line with those of browsers nor with ours: ICE, DTLS and SRTP of the npm package
 * werift.  Three of it meet; each hears and sees the others as they were sent.
 */

const NAMES = ["Bo", "Cleo", "Dan"] as const;
const PAIRS = 2;
const EACH_MS = 20;
const MARK = 0xc0;

const VP8 = new RTCRtpCodecParameters({
  mimeType: "video/VP8",
  clockRate: 90_000,
  payloadType: 96,
  rtcpFeedback: [{ type: "nack" }, { type: "nack", parameter: "pli" }, { type: "transport-cc" }],
});
const OPUS = new RTCRtpCodecParameters({
  mimeType: "audio/opus",
  clockRate: 48_000,
  channels: 2,
  payloadType: 111,
});

/** A key frame of one packet (RFC 7741, RFC 6386), then a mark that says whose it is, and its number. */
function picture(whose: number, number: number): Buffer {
  const descriptor = [0x90, 0x80, 0x80 | ((number >> 8) & 0x7f), number & 0xff];
  const frame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 48, 0];
  return Buffer.from([...descriptor, ...frame, MARK, whose, number >> 8, number & 0xff]);
}
const sound = (whose: number, number: number) =>
  Buffer.from([0x78, MARK, whose, number >> 8, number & 0xff]);

interface Got {
  readonly whose: number;
  readonly number: number;
}

class Peer {
  readonly heard: Got[] = [];
  readonly seen: Got[] = [];
  readonly #pc = new RTCPeerConnection({
    codecs: { audio: [OPUS], video: [VP8] },
    headerExtensions: {
      audio: [useSdesMid(), useTransportWideCC()],
      video: [useSdesMid(), useTransportWideCC()],
    },
    bundlePolicy: "max-bundle",
    iceUseIpv6: false,
  });
  readonly #audio = new MediaStreamTrack({ kind: "audio" });
  readonly #video = new MediaStreamTrack({ kind: "video" });
  readonly #nth: number;
  #number = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(nth: number) {
    this.#nth = nth;
  }

  async connect(line: Line, call: string): Promise<void> {
    const pc = this.#pc;
    pc.addTransceiver(this.#audio, { direction: "sendonly" });
    pc.addTransceiver(this.#video, { direction: "sendonly" });
    pc.addTransceiver("video", { direction: "inactive" });
    pc.addTransceiver("audio", { direction: "inactive" });
    for (let i = 0; i < PAIRS; i += 1) {
      for (const kind of ["audio", "video"] as const)
        pc.addTransceiver(kind, { direction: "recvonly" }).onTrack.subscribe((track) =>
          track.onReceiveRtp.subscribe((rtp) => this.#take(kind, rtp)),
        );
    }
    await pc.setLocalDescription(await pc.createOffer());
    const sdp = pc.localDescription?.sdp ?? "";
    const said = await line.ask({ type: "call.connect", call, sdp });
    if (said.type !== "done" || !said.sdp) throw new Error(JSON.stringify(said));
    await pc.setRemoteDescription({ type: "answer", sdp: said.sdp });
    await until(
      "it is connected",
      async () => pc.connectionState,
      (s) => s === "connected",
    );
  }

  speak(): void {
    this.#timer = setInterval(() => {
      this.#number += 1;
      this.#send(this.#audio, 111, 960, sound(this.#nth, this.#number));
      this.#send(this.#video, 96, 1800, picture(this.#nth, this.#number));
    }, EACH_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pc.close();
  }

  #send(track: MediaStreamTrack, payloadType: number, ticks: number, payload: Buffer): void {
    const header = new RtpHeader({
      payloadType,
      sequenceNumber: this.#number,
      timestamp: this.#number * ticks,
      marker: true,
    });
    track.writeRtp(new RtpPacket(header, payload));
  }

  #take(kind: "audio" | "video", { payload }: RtpPacket): void {
    const at = payload.length - 4;
    if (at < 0 || payload[at] !== MARK) return;
    const got = { whose: payload[at + 1] ?? 0, number: payload.readUInt16BE(at + 2) };
    (kind === "audio" ? this.heard : this.seen).push(got);
  }
}

let server: Server;
let people: Person[];
let peers: Peer[];
let lines: Line[];

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  const ada = await setUp(server);
  people = await Promise.all(NAMES.map((name) => invited(ada, name)));
  const members = people.slice(1).map((p) => p.me.id);
  const made = await people[0]?.post<Channel>("/channels", {
    kind: "group",
    name: "Makers",
    members,
  });
  const channel = made?.body.id ?? "";
  lines = await Promise.all(people.map((p) => p.socket(`?page=${uuid()}`)));
  const media = { mic: true, camera: true };
  const [first, ...others] = lines as [Line, ...Line[]];
  const started = await first.ask({ type: "call.start", channel, video: true, ...media });
  if (started.type !== "done" || !started.call) throw new Error(JSON.stringify(started));
  const call = started.call.id;
  const legs = [started.leg ?? ""];
  for (const line of others) {
    const joined = await line.ask({ type: "call.join", call, ...media });
    legs.push(joined.type === "done" ? (joined.leg ?? "") : "");
  }
  peers = lines.map((_, i) => new Peer(i + 1));
  await Promise.all(peers.map((p, i) => p.connect(lines[i] as Line, call)));
  for (const [i, line] of lines.entries()) {
    const shown = legs.filter((_, k) => k !== i);
    const slots = shown.map((leg, slot) => ({ slot, leg, source: "camera" as const, height: 240 }));
    await line.ask({ type: "call.view", call, slots });
  }
  for (const p of peers) p.speak();
});
afterAll(async () => {
  await Promise.all((peers ?? []).map((p) => p.close()));
  for (const line of lines ?? []) line.close();
  await server.stop();
});

const MANY = 50;

/** In order, none twice. */
const rises = (of: readonly Got[]) =>
  of.every((g, i) => i === 0 || g.number > (of[i - 1]?.number ?? 0));

describe("another stack", () => {
  it.each(NAMES.map((name, i) => ({ name, i })))(
    "hears and sees both others: $name",
    async ({ i }) => {
      const peer = peers[i] as Peer;
      for (const whose of [1, 2, 3].filter((n) => n !== i + 1)) {
        for (const kind of ["heard", "seen"] as const) {
          const of = () => peer[kind].filter((g) => g.whose === whose);
          await until(
            `${kind} ${whose}`,
            async () => of().length,
            (n) => n >= MANY,
          );
          expect(rises(of())).toBe(true);
        }
      }
      expect(peer.heard.concat(peer.seen).some((g) => g.whose === i + 1)).toBe(false);
    },
  );
});
