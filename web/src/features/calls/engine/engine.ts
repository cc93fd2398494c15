import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api } from "../../../api/gen";
import type { Devices } from "./devices";
import { Media } from "./media";
import type { Negotiation, Signal } from "./negotiation";
import { keepAwake } from "./wake";

export interface Wire {
  readonly send: (to: string, signal: Signal) => void;
  readonly onLink: (up: boolean) => void;
}

const EARLY_MOST = 200;
/* No part of the first load: the call layer fetches it before anybody calls. */
const loadNegotiation = () => import("./negotiation");

/** What the store and the views use. */
export interface Engine extends Pick<CallEngine, Exclude<keyof CallEngine, "media">> {
  readonly media: Pick<Media, keyof Media>;
}

/** The media of the one call that a page holds. */
export class CallEngine {
  readonly media: Media;
  readonly #api: Pick<Api, "iceGet">;
  readonly #remote = signal<MediaStream | null>(null);
  #wire: Wire = { send: () => {}, onLink: () => {} };
  #ice: Promise<RTCIceServer[]> | null = null;
  #negotiation: Negotiation | null = null;
  #to: string | null = null;
  #polite = false;
  #early: { readonly from: string; readonly signal: Signal }[] = [];
  #undo: (() => void)[] = [];

  readonly remote: ReadonlySignal<MediaStream | null> = this.#remote;

  constructor(api: Pick<Api, "iceGet">, devices: Devices) {
    this.#api = api;
    this.media = new Media(devices, (kind, track) => {
      void this.#negotiation?.replace(kind, track);
    });
  }

  listen(wire: Wire): void {
    this.#wire = wire;
  }

  async open(video: boolean): Promise<void> {
    const online = () => this.restart();
    window.addEventListener("online", online);
    this.#undo.push(() => window.removeEventListener("online", online), keepAwake());
    this.#ice = this.#api.iceGet().then(
      ({ ice_servers }) => ice_servers.map((s) => ({ ...s, urls: [...s.urls] })),
      () => [],
    );
    await this.media.open(video);
  }

  /** A connection to this leg, in place of the last one. */
  async connect(to: string, polite: boolean): Promise<void> {
    this.#disconnect();
    this.#to = to;
    this.#polite = polite;
    const [iceServers, part] = await Promise.all([this.#ice, loadNegotiation().catch(() => null)]);
    if (this.#to !== to || this.#negotiation || !part) return;
    this.#negotiation = new part.Negotiation({
      polite,
      iceServers: iceServers ?? [],
      tracks: { audio: this.media.audio.value, video: this.media.video.value },
      send: (s) => this.#wire.send(to, s),
      onLink: (up) => this.#wire.onLink(up),
      onStream: (stream) => {
        this.#remote.value = stream;
      },
    });
    const early = this.#early.filter((s) => s.from === to);
    this.#early = [];
    for (const s of early) this.#negotiation.hear(s.signal);
  }

  /** A signal may come before this page knows the leg that sent it. */
  hear(from: string, s: Signal): void {
    if (this.#negotiation && this.#to === from) this.#negotiation.hear(s);
    else if (this.#early.length < EARLY_MOST) this.#early.push({ from, signal: s });
  }

  /** The line is there again: so is what could not be fetched without it. */
  restart(): void {
    if (this.#negotiation) this.#negotiation.restart();
    else if (this.#to !== null) void this.connect(this.#to, this.#polite);
  }

  close(): void {
    this.#disconnect();
    this.#early = [];
    for (const undo of this.#undo.splice(0)) undo();
    this.media.close();
  }

  #disconnect(): void {
    this.#negotiation?.close();
    this.#negotiation = null;
    this.#to = null;
    this.#remote.value = null;
  }
}
