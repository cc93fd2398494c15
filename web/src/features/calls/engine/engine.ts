import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../../../api/gen";
import type { Devices } from "./devices";
import type { IceAnswer } from "./iceList";
import { Media } from "./media";
import type { Signal } from "./negotiation";
import { keepAwake } from "./wake";
import type { Way } from "./way";

export interface Wire {
  readonly send: (to: string, signal: Signal) => void;
  readonly onLink: (up: boolean) => void;
}

const EARLY_MOST = 200;
/* No part of the first load: the call layer fetches it before anybody calls. */
const loadWay = () => import("./way");

/** What the store and the views use. */
export interface Engine extends Pick<CallEngine, Exclude<keyof CallEngine, "media">> {
  readonly media: Pick<Media, keyof Media>;
}

/** The media of the one call that a page holds. */
export class CallEngine {
  readonly media: Media;
  readonly #api: Pick<Api, "iceGet">;
  readonly #remote = signal<MediaStream | null>(null);
  readonly #remoteScreen = signal<MediaStream | null>(null);
  #shared: readonly MediaStreamTrack[] = [];
  #wire: Wire = { send: () => {}, onLink: () => {} };
  readonly #way = signal<Way | null>(null);
  #ice: Promise<IceAnswer | null> | null = null;
  #to: Parameters<CallEngine["connect"]> | null = null;
  #early: { readonly from: string; readonly signal: Signal }[] = [];
  #undo: (() => void)[] = [];

  readonly remote: ReadonlySignal<MediaStream | null> = this.#remote;
  readonly remoteScreen: ReadonlySignal<MediaStream | null> = this.#remoteScreen;
  readonly way: ReadonlySignal<Way | null> = this.#way;

  constructor(api: Pick<Api, "iceGet">, devices: Devices) {
    this.#api = api;
    this.media = new Media(devices, (kind, track) => {
      void this.#way.value?.replace(kind, track);
    });
  }

  /** The first answer to what servers there are, asked for when the call began. */
  get ice(): Promise<IceAnswer | null> | null {
    return this.#ice;
  }

  /** The leg that the way leads to. */
  get to(): string | null {
    return this.#way.value ? (this.#to?.[0] ?? null) : null;
  }

  listen(wire: Wire): void {
    this.#wire = wire;
  }

  async open(video: boolean): Promise<void> {
    const online = () => this.restart();
    window.addEventListener("online", online);
    this.#undo.push(() => window.removeEventListener("online", online), keepAwake());
    this.#ice = this.#api.iceGet().catch(() => null);
    await this.media.open(video);
  }

  /** A connection to this leg, in place of the last one. */
  async connect(...to: [leg: string, polite: boolean, guest: boolean]): Promise<void> {
    this.part();
    this.#to = to;
    const part = await loadWay().catch(() => null);
    if (this.#to !== to || this.#way.value || !part) return;
    const [leg, polite, guest] = to;
    const way = new part.Way({
      polite,
      guest,
      first: this.#ice,
      ask: () => this.#api.iceGet(),
      tracks: { audio: this.media.audio.value, video: this.media.video.value },
      shared: this.#shared,
      send: (s) => this.#wire.send(leg, s),
      onLink: (up) => this.#wire.onLink(up),
      onStream: (stream) => {
        this.#remote.value = stream;
      },
      onScreen: (stream) => {
        this.#remoteScreen.value = stream;
      },
    });
    this.#way.value = way;
    const early = this.#early.filter((s) => s.from === leg);
    this.#early = [];
    for (const s of early) way.hear(s.signal);
  }

  /** The screen and its sound, for the other leg. */
  share(...tracks: readonly (MediaStreamTrack | null)[]): void {
    this.#shared = tracks.filter((t) => t !== null);
    this.#way.peek()?.share(this.#shared);
  }

  /** A signal may come before this page knows the leg that sent it. */
  hear(from: string, s: Signal): void {
    const way = this.#way.value;
    if (way && this.#to?.[0] === from) way.hear(s);
    else if (this.#early.length < EARLY_MOST) this.#early.push({ from, signal: s });
  }

  /** The line is there again: so is what could not be fetched without it. */
  restart(): void {
    if (this.#way.value) this.#way.value.restart();
    else if (this.#to) void this.connect(...this.#to);
  }

  close(): void {
    this.part();
    this.#early = [];
    for (const undo of this.#undo.splice(0)) undo();
    this.media.close();
  }

  /** Ends the way to the other leg; the call may go on. */
  part(): void {
    this.#way.value?.close();
    this.#way.value = null;
    this.#to = null;
    this.#remote.value = null;
    this.#remoteScreen.value = null;
  }
}
