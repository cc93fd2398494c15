import { createHmac, randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel, ServerEvent } from "../../web/src/api/gen";
import { invited, type Line, type Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/* The media of a meeting over the TCP port (RFC 6544, RFC 4571): who is answered there, and who is closed. */

const COOKIE = Buffer.from("2112a442", "hex");
const REQUEST = 0x0001;
const SUCCESS = 0x0101;
const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const USE_CANDIDATE = 0x0025;
const ICE_CONTROLLING = 0x802a;
const CONNECTIONS = 6;
/* That one page may have. */
const MOST = 8;

interface Word {
  readonly ufrag: string;
  readonly pwd: string;
}

let server: Server;
let line: Line;
let other: Line;
let word: Word;
let call = "";

/** What a page sends, and one pair to receive in. */
function offer(): string {
  const session = [
    "v=0",
    "o=- 7 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1 2 3 4 5",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:0123456789012345678901",
    `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}`,
    "a=setup:actpass",
  ];
  const media = ["audio", "video", "video", "audio", "audio", "video"].flatMap((kind, mid) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${kind === "audio" ? 111 : 96}`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${mid}`,
    mid < 4 ? "a=sendonly" : "a=recvonly",
    "a=rtcp-mux",
    kind === "audio" ? "a=rtpmap:111 opus/48000/2" : "a=rtpmap:96 VP8/90000",
  ]);
  return [...session, ...media, ""].join("\r\n");
}

const done = (e: ServerEvent) => {
  if (e.type !== "done") throw new Error(JSON.stringify(e));
  return e;
};

async function open(who: Person): Promise<Line> {
  const opened = await who.socket(`?page=${uuid()}`);
  await opened.next("gap");
  return opened;
}

async function begin(by = line): Promise<{ sdp: string; word: Word }> {
  const { sdp = "" } = done(await by.ask({ type: "call.connect", call, sdp: offer() }));
  const first = (of: RegExp) => of.exec(sdp)?.[1] ?? "";
  return { sdp, word: { ufrag: first(/^a=ice-ufrag:(\S+)/mu), pwd: first(/^a=ice-pwd:(\S+)/mu) } };
}

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  const ada = await setUp(server);
  const people = [ada, await invited(ada, "Ben"), await invited(ada, "Cy")] as const;
  const members = people.slice(1).map((p) => p.me.id);
  const { body } = await ada.post<Channel>("/channels", { kind: "group", name: "Makers", members });
  const lines = await Promise.all(people.map(open));
  [line, other] = lines as [Line, Line, Line];
  const media = { mic: true, camera: true };
  call = done(await line.ask({ type: "call.start", channel: body.id, video: true, ...media })).call?.id ?? "";
  for (const one of lines.slice(1)) done(await one.ask({ type: "call.join", call, ...media }));
  ({ word } = await begin());
});
afterAll(() => server.stop());

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function message(type: number, length: number, id: Buffer, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length, 2);
  return Buffer.concat([head, COOKIE, id, body]);
}

/** A connectivity check (RFC 8445, 7.1) by whoever knows this. */
function check({ ufrag, pwd }: Word): Buffer {
  const id = randomBytes(12);
  const body = Buffer.concat([
    attribute(USERNAME, Buffer.from(`${ufrag}:abcd`)),
    attribute(ICE_CONTROLLING, randomBytes(8)),
    attribute(USE_CANDIDATE, Buffer.alloc(0)),
  ]);
  const covered = message(REQUEST, body.length + 24, id, body);
  const mac = createHmac("sha1", pwd).update(covered).digest();
  return Buffer.concat([covered, attribute(MESSAGE_INTEGRITY, mac)]);
}

function framed(datagram: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(datagram.length);
  return Buffer.concat([length, datagram]);
}

/** A connection, with what has come by it. */
class Wire {
  readonly closed: Promise<void>;
  #socket: Socket;
  #got = Buffer.alloc(0);
  #told: () => void = () => undefined;

  constructor() {
    this.#socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true });
    this.closed = new Promise((over) => this.#socket.on("close", () => over()));
    this.#socket.on("error", () => undefined);
    this.#socket.on("data", (chunk) => {
      this.#got = Buffer.concat([this.#got, chunk]);
      this.#told();
    });
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next whole frame. */
  async next(): Promise<Buffer> {
    for (;;) {
      const length = this.#got.length >= 2 ? this.#got.readUInt16BE(0) : Number.POSITIVE_INFINITY;
      if (this.#got.length >= 2 + length) {
        const frame = this.#got.subarray(2, 2 + length);
        this.#got = this.#got.subarray(2 + length);
        return frame;
      }
      await new Promise<void>((go) => {
        this.#told = go;
      });
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

const answers = async (wire: Wire, to: Buffer) => {
  const answer = await wire.next();
  expect(answer.readUInt16BE(0)).toBe(SUCCESS);
  expect(answer.subarray(8, 20)).toEqual(to.subarray(8, 20));
};

describe("a room over TCP", () => {
  it("is offered at the port of the page", async () => {
    const { sdp } = await begin();
    const ports = [...sdp.matchAll(/^a=candidate:\S+ 1 tcp \d+ \S+ (\d+) typ host tcptype passive/gmu)];
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.every(([, port]) => Number(port) === server.port)).toBe(true);
  });

  it("answers whoever knows the password, by whichever loop they come", async () => {
    for (let i = 0; i < CONNECTIONS; i++) {
      const wire = new Wire();
      const asked = check(word);
      wire.send(framed(asked));
      await answers(wire, asked);
      wire.close();
    }
  });

  it("takes frames that come in pieces, and several at once", async () => {
    const wire = new Wire();
    const [first, second, third] = [check(word), check(word), check(word)] as const;
    for (const byte of framed(first)) wire.send(Buffer.from([byte]));
    await answers(wire, first);
    const rest = Buffer.concat([framed(second), framed(third)]);
    wire.send(rest.subarray(0, rest.length - 5));
    await answers(wire, second);
    wire.send(rest.subarray(rest.length - 5));
    await answers(wire, third);
    wire.close();
  });

  it("answers no wrong password, and the right one behind it", async () => {
    const wire = new Wire();
    const right = check(word);
    wire.send(framed(check({ ...word, pwd: "x".repeat(24) })));
    wire.send(framed(right));
    await answers(wire, right);
    wire.close();
  });

  it.each([
    ["DTLS before a check", Buffer.concat([Buffer.from([22, 0xfe, 0xfd]), Buffer.alloc(50)])],
    ["RTP before a check", Buffer.concat([Buffer.from([0x80, 111]), Buffer.alloc(50)])],
    ["nobody's check", check({ ufrag: "zzzzzzzz", pwd: "y".repeat(24) })],
  ])("closes on %s", async (_what, datagram) => {
    const wire = new Wire();
    /* the first frame of a connection says what it is */
    wire.send(framed(check({ ...word, pwd: "x".repeat(24) })));
    wire.send(framed(datagram));
    await wire.closed;
  });

  it("keeps as many of one page as make sense", async () => {
    const wires = Array.from({ length: MOST }, () => new Wire());
    for (const wire of wires) {
      const asked = check(word);
      wire.send(framed(asked));
      await answers(wire, asked);
    }
    const over = new Wire();
    over.send(framed(check(word)));
    await over.closed;
    for (const wire of wires) wire.close();
  });

  it("is one page's alone", async () => {
    const wire = new Wire();
    const asked = check(word);
    wire.send(framed(asked));
    await answers(wire, asked);
    wire.send(framed(check((await begin(other)).word)));
    await wire.closed;
    /* Nothing of the other's hangs on it: theirs is what they come by. */
    const theirs = new Wire();
    const again = check((await begin(other)).word);
    theirs.send(framed(again));
    await answers(theirs, again);
    theirs.close();
  });

  it("closes on a frame that is too long", async () => {
    const wire = new Wire();
    const asked = check(word);
    wire.send(framed(asked));
    await answers(wire, asked);
    wire.send(Buffer.from([0xff, 0xff, 0]));
    await wire.closed;
  });

  /* Last: there is no call any more. */
  it("closes when the call ends", async () => {
    const wire = new Wire();
    const asked = check(word);
    wire.send(framed(asked));
    await answers(wire, asked);
    const figures = async () => (await fetch(`${server.url}/metrics`)).text();
    expect(await figures()).toMatch(/^convene_media_rooms 1$/mu);
    done(await line.ask({ type: "call.end", call }));
    await wire.closed;
    await expect.poll(figures).toMatch(/^convene_media_rooms 0$/mu);
  });
});
