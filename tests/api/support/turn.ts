import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import type { Person } from "./person";

/* A client of TURN over UDP (RFC 8656), as small as the tests need it. */

const COOKIE = 0x2112a442;
const REPEAT_MS = 500;
const TRIES = 12;

export const ALLOCATE = 0x003;
export const REFRESH = 0x004;
export const CREATE_PERMISSION = 0x008;

const SEND_INDICATION = 0x0016;
const DATA_INDICATION = 0x0017;

const USERNAME = 0x0006;
const MESSAGE_INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const LIFETIME = 0x000d;
const XOR_PEER_ADDRESS = 0x0012;
const DATA = 0x0013;
const REALM = 0x0014;
const NONCE = 0x0015;
const XOR_RELAYED_ADDRESS = 0x0016;
const REQUESTED_TRANSPORT = 0x0019;

export interface Address {
  readonly ip: string;
  readonly port: number;
}

export interface Relay {
  readonly port: number;
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

interface IceAnswer {
  readonly ice_servers: readonly { urls: readonly string[]; username?: string; credential?: string }[];
}

/** What the page would be told: the server's own relay. */
export async function relayOf(person: Person): Promise<Relay> {
  const { body } = await person.call<IceAnswer>("GET", "/api/v1/ice");
  for (const { urls, username, credential } of body.ice_servers) {
    const udp = urls.map((url) => /^turn:.*:(\d+)\?transport=udp$/.exec(url)?.[1]).find(Boolean);
    if (udp && username !== undefined && credential !== undefined)
      return { port: Number(udp), urls, username, credential };
  }
  throw new Error("no relay is offered");
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function xorAddress({ ip, port }: Address): Buffer {
  const value = Buffer.alloc(8);
  value.writeUInt16BE(0x0001, 0);
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  const bytes = Buffer.from(ip.split(".").map(Number));
  value.writeUInt32BE((bytes.readUInt32BE(0) ^ COOKIE) >>> 0, 4);
  return value;
}

function readAddress(value: Buffer): Address {
  const ip = Buffer.alloc(4);
  ip.writeUInt32BE((value.readUInt32BE(4) ^ COOKIE) >>> 0, 0);
  return { ip: [...ip].join("."), port: value.readUInt16BE(2) ^ (COOKIE >>> 16) };
}

function header(type: number, length: number, id: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length, 2);
  head.writeUInt32BE(COOKIE, 4);
  return Buffer.concat([head, id]);
}

function attributesOf(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    const type = message.readUInt16BE(at);
    if (!found.has(type)) found.set(type, message.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return found;
}

export interface Reply {
  /** Of the error; 0: success. */
  readonly code: number;
  readonly bytes: number;
  readonly attributes: Map<number, Buffer>;
}

export class TurnClient {
  readonly heard: { from: Address; data: string }[] = [];
  relayed: Address | undefined;
  #socket: Socket;
  #relay: Relay;
  #realm = Buffer.alloc(0);
  #nonce = Buffer.alloc(0);
  #waiting = new Map<string, (message: Buffer) => void>();

  constructor(relay: Relay) {
    this.#relay = relay;
    this.#socket = createSocket("udp4", (message) => this.#take(message));
  }

  /** Signed if it has learned how; learns by being refused. */
  async ask(method: number, ...attributes: readonly Buffer[]): Promise<Reply> {
    const first = await this.once(method, true, ...attributes);
    if (first.code !== 401 && first.code !== 438) return first;
    const nonce = first.attributes.get(NONCE);
    if (nonce === undefined || nonce.equals(this.#nonce)) return first;
    this.#nonce = nonce;
    this.#realm = first.attributes.get(REALM) ?? this.#realm;
    return this.once(method, true, ...attributes);
  }

  once(method: number, signed: boolean, ...attributes: readonly Buffer[]): Promise<Reply> {
    const id = randomBytes(12);
    let body = Buffer.concat(attributes);
    let message = Buffer.concat([header(method, body.length, id), body]);
    if (signed && this.#nonce.length > 0) {
      const { username, credential } = this.#relay;
      body = Buffer.concat([
        body,
        attribute(USERNAME, Buffer.from(username)),
        attribute(REALM, this.#realm),
        attribute(NONCE, this.#nonce),
      ]);
      const key = createHash("md5").update(`${username}:${this.#realm}:${credential}`).digest();
      const covered = Buffer.concat([header(method, body.length + 24, id), body]);
      const mac = createHmac("sha1", key).update(covered).digest();
      message = Buffer.concat([covered, attribute(MESSAGE_INTEGRITY, mac)]);
    }
    return this.#exchange(id, message);
  }

  async allocate(): Promise<number> {
    const reply = await this.ask(ALLOCATE, attribute(REQUESTED_TRANSPORT, Buffer.from([17, 0, 0, 0])));
    const relayed = reply.attributes.get(XOR_RELAYED_ADDRESS);
    if (reply.code === 0 && relayed) this.relayed = readAddress(relayed);
    return reply.code;
  }

  async refresh(seconds = 600): Promise<number> {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(seconds);
    return (await this.ask(REFRESH, attribute(LIFETIME, value))).code;
  }

  async permit(peer: Address): Promise<number> {
    return (await this.ask(CREATE_PERMISSION, attribute(XOR_PEER_ADDRESS, xorAddress(peer)))).code;
  }

  send(peer: Address, text: string): void {
    const body = Buffer.concat([
      attribute(XOR_PEER_ADDRESS, xorAddress(peer)),
      attribute(DATA, Buffer.from(text)),
    ]);
    this.#send(Buffer.concat([header(SEND_INDICATION, body.length, randomBytes(12)), body]));
  }

  /** Waits until it has heard this text. */
  async hears(text: string, ms = 5000): Promise<boolean> {
    for (let i = 0; i < ms / 10; i++) {
      if (this.heard.some((one) => one.data === text)) return true;
      await new Promise((done) => setTimeout(done, 10));
    }
    return false;
  }

  close(): void {
    this.#socket.close();
  }

  #send(message: Buffer): void {
    this.#socket.send(message, this.#relay.port, "127.0.0.1");
  }

  async #exchange(id: Buffer, message: Buffer): Promise<Reply> {
    const answer = new Promise<Buffer>((done) => this.#waiting.set(id.toString("hex"), done));
    for (let i = 0; i < TRIES; i++) {
      this.#send(message);
      const late = new Promise<undefined>((done) => setTimeout(done, REPEAT_MS, undefined));
      const reply = await Promise.race([answer, late]);
      if (reply === undefined) continue;
      const attributes = attributesOf(reply);
      const error = attributes.get(ERROR_CODE);
      const code = error ? (error[2] ?? 0) * 100 + (error[3] ?? 0) : 0;
      return { code, bytes: reply.length, attributes };
    }
    this.#waiting.delete(id.toString("hex"));
    return { code: -1, bytes: 0, attributes: new Map() };
  }

  #take(message: Buffer): void {
    if (message.readUInt16BE(0) === DATA_INDICATION) {
      const attributes = attributesOf(message);
      const from = attributes.get(XOR_PEER_ADDRESS);
      if (from) this.heard.push({ from: readAddress(from), data: String(attributes.get(DATA) ?? "") });
      return;
    }
    const id = message.subarray(8, 20).toString("hex");
    this.#waiting.get(id)?.(message);
    this.#waiting.delete(id);
  }
}
