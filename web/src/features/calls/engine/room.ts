/* The way to the server's room: one's own sound and pictures go there once, those of all others come
   from there.  Looked after until it is there, and again when it breaks. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { type IceAnswer, IceList } from "./iceList";
import { Recovery } from "./recovery";
import type { AudioSlot, RoomEvent, Seen, VideoSlot } from "./roomContract";
import { type Publish, RoomLine, type Tracks } from "./roomLine";
import { type Sent, withoutUdpRelays } from "./roomSetup";
import { isOf, keyOf, type Places, pairsFor, placed, seenOf, type Wish } from "./slots";
import type { Looked } from "./way";

export interface RoomOptions {
  readonly first: Promise<IceAnswer | null> | null;
  readonly ask: () => Promise<IceAnswer>;
  readonly tracks: Tracks;
  readonly connect: (sdp: string) => Promise<string>;
  readonly view: (slots: readonly Seen[]) => void;
  /** By which the packets of a leg are known. */
  readonly numberOf: (leg: string) => number | undefined;
  readonly onLink: (up: boolean) => void;
  /** The first packets of anybody's sound are here. */
  readonly onSound: () => void;
}

export interface Picture {
  readonly track: MediaStreamTrack;
  readonly state: VideoSlot["state"];
}

export interface Heard extends AudioSlot {
  readonly track: MediaStreamTrack;
}

type Slots = Pick<Extract<RoomEvent, { type: "call.slots" }>, "audio" | "video">;

const LOOK_MS = 100;
/** Tiles come and go by the dozen when a window changes. */
const VIEW_MS = 80;
const NONE: ReadonlyMap<string, Picture> = new Map();

export class Room implements Looked {
  readonly #options: RoomOptions;
  readonly #list: IceList;
  readonly #pictures = signal(NONE);
  readonly #voices = signal<readonly Heard[]>([]);
  readonly #late = signal(false);
  readonly #since = signal<number | null>(null);
  readonly #timer: ReturnType<typeof setInterval>;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #tracks: Tracks;
  #line: RoomLine | null = null;
  #recovery: Recovery | null = null;
  #publish: Publish | null = null;
  #places: Places = [];
  #told = "";
  #slots: Slots = { audio: [], video: [] };
  /** Slots whose packets bear the number of whom they are for. */
  #trusted: ReadonlySet<number> = new Set();
  #sounded = false;
  #closed = false;

  /** By leg and source; only what is certainly theirs. */
  readonly pictures: ReadonlySignal<ReadonlyMap<string, Picture>> = this.#pictures;
  readonly voices: ReadonlySignal<readonly Heard[]> = this.#voices;
  /** It takes so long that the person is told. */
  readonly late: ReadonlySignal<boolean> = this.#late;
  readonly since: ReadonlySignal<number | null> = this.#since;
  readonly privacy: ReadonlySignal<"room"> = signal("room");

  constructor(options: RoomOptions) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#list = new IceList(options.first, options.ask);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    void this.#open();
  }

  replace(sent: Sent, track: MediaStreamTrack | null): void {
    this.#tracks = { ...this.#tracks, [sent]: track };
    this.#line?.replace(sent, track);
  }

  publish(wanted: Publish): void {
    this.#publish = wanted;
    this.#line?.publish(wanted);
  }

  /** What the page shows from now on. */
  show(wishes: readonly Wish[]): void {
    this.#places = placed(this.#places, wishes);
    this.#line?.grow(pairsFor(this.#places));
    this.#telling ??= setTimeout(() => this.#tell(), VIEW_MS);
  }

  take(slots: Slots): void {
    const before = this.#slots.video;
    this.#trusted = new Set(
      slots.video
        .filter((now) => before.some((b) => b.slot === now.slot && keyOf(b) === keyOf(now)))
        .map((now) => now.slot)
        .filter((slot) => this.#trusted.has(slot)),
    );
    this.#slots = slots;
    this.#look();
  }

  /** Looks for a new way: the network changed, or what was said may have been lost. */
  restart(): void {
    this.#recovery?.now();
    this.#told = "";
    this.#tell();
  }

  /** As the person asks for it. */
  again(): void {
    this.#late.value = false;
    this.restart();
  }

  async report(): Promise<RTCStatsReport | null> {
    return (await this.#line?.pc.getStats().catch(() => null)) ?? null;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#telling);
    this.#end();
  }

  /** A connection, in place of the last one. */
  async #open(): Promise<void> {
    this.#end();
    const setup = await this.#setup();
    if (this.#closed || this.#line) return;
    const line = new RoomLine({
      setup,
      tracks: this.#tracks,
      connect: this.#options.connect,
      onPairs: () => this.#tell(),
    });
    this.#line = line;
    /* A server that nobody has told anything of sends no picture. */
    this.#told = "[]";
    line.grow(pairsFor(this.#places));
    if (this.#publish) line.publish(this.#publish);
    this.#recovery = new Recovery({
      restart: () => void this.#restart(line),
      renew: () => void this.#open(),
      repeat: () => line.repeat(),
      onLate: () => {
        this.#late.value = true;
      },
    });
    line.pc.onconnectionstatechange = () => this.#onState(line.pc.connectionState);
  }

  #end(): void {
    this.#recovery?.close();
    this.#line?.close();
    this.#recovery = null;
    this.#line = null;
    this.#since.value = null;
    this.#trusted = new Set();
    this.#pictures.value = NONE;
    this.#voices.value = [];
  }

  async #setup(): Promise<RTCConfiguration> {
    const iceServers = withoutUdpRelays(await this.#list.servers());
    return { iceServers, bundlePolicy: "max-bundle" };
  }

  async #restart(line: RoomLine): Promise<void> {
    const setup = await this.#setup();
    if (this.#line === line) line.restart(setup);
  }

  #onState(state: RTCPeerConnectionState): void {
    if (state === "connected") {
      this.#since.value = Date.now();
      this.#late.value = false;
      this.#options.onLink(true);
    } else if (state === "disconnected" || state === "failed") {
      this.#since.value = null;
      this.#options.onLink(false);
    }
    this.#recovery?.state(state);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    if (!this.#line) return;
    const seen = seenOf(this.#places, this.#line.pairs.length);
    const now = JSON.stringify(seen);
    if (now === this.#told || this.#line.pairs.length === 0) return;
    this.#told = now;
    this.#options.view(seen);
  }

  /** What comes now, and whose it is. */
  #look(): void {
    const pairs = this.#line?.pairs ?? [];
    const { audio, video } = this.#slots;
    const pictures = new Map<string, Picture>();
    const trusted = new Set<number>();
    for (const v of video) {
      const receiver = pairs[v.slot]?.video;
      const number = this.#options.numberOf(v.leg);
      if (!receiver || number === undefined) continue;
      const before = this.#trusted.has(v.slot);
      if (!isOf(number, receiver.getContributingSources(), before)) continue;
      trusted.add(v.slot);
      if (v.state === "live" || v.state === "paused")
        pictures.set(keyOf(v), { track: receiver.track, state: v.state });
    }
    this.#trusted = trusted;
    const voices = audio.flatMap((a) => {
      const receiver = pairs[a.slot]?.audio;
      return receiver ? [{ ...a, track: receiver.track }] : [];
    });
    if (!samePictures(this.#pictures.value, pictures)) this.#pictures.value = pictures;
    if (!sameVoices(this.#voices.value, voices)) this.#voices.value = voices;
    if (this.#sounded || !pairs.some((p) => p.audio.getSynchronizationSources().length > 0)) return;
    this.#sounded = true;
    this.#options.onSound();
  }
}

function samePictures(a: ReadonlyMap<string, Picture>, b: ReadonlyMap<string, Picture>): boolean {
  if (a.size !== b.size) return false;
  return [...a].every(
    ([key, { track, state }]) => b.get(key)?.track === track && b.get(key)?.state === state,
  );
}

const sameVoices = (a: readonly Heard[], b: readonly Heard[]): boolean =>
  a.length === b.length &&
  a.every((v, i) => v.track === b[i]?.track && v.leg === b[i]?.leg && v.source === b[i]?.source);
