/* The way to one leg: a peer connection, looked after until it is there, and again when it breaks. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { offersRelay, urlsOf } from "./candidates";
import { detailsOf } from "./details";
import { type Diagnosis, diagnose } from "./diagnosis";
import { type IceAnswer, IceList } from "./iceList";
import { Negotiation, type Signal, type Tracks } from "./negotiation";
import { Recovery } from "./recovery";
import { Trace } from "./trace";

interface Options {
  readonly polite: boolean;
  /** A guest is in it: addresses are shown to nobody, where a relay makes that possible. */
  readonly guest: boolean;
  readonly first: Promise<IceAnswer | null> | null;
  readonly ask: () => Promise<IceAnswer>;
  readonly tracks: Tracks;
  readonly shared: readonly MediaStreamTrack[];
  readonly send: (signal: Signal) => void;
  readonly onLink: (up: boolean) => void;
  readonly onStream: (stream: MediaStream) => void;
  readonly onScreen: (stream: MediaStream) => void;
}

/** Whether the two are shown each other's addresses: as usual, not, or for want of a relay. */
export type Privacy = "open" | "hidden" | "exposed";

/** What can be told of a connection, to another page or to the server's room. */
export interface Looked {
  readonly since: ReadonlySignal<number | null>;
  /** Why there is none, once that has lasted. */
  readonly trouble?: ReadonlySignal<unknown>;
  readonly privacy: ReadonlySignal<Privacy | "room">;
  report(): Promise<RTCStatsReport | null>;
}

/** The session that a description belongs to (RFC 8866, 5.2): a new connection has a new one. */
export const sessionOf = (sdp: string): string => /^o=\S+ (\S+)/mu.exec(sdp)?.[1] ?? "";

interface Line {
  readonly pc: RTCPeerConnection;
  readonly negotiation: Negotiation;
  readonly recovery: Recovery;
}

export class Way implements Looked {
  readonly #options: Options;
  readonly #list: IceList;
  readonly #trace = new Trace(() => this.#look());
  readonly #trouble = signal<Diagnosis | null>(null);
  readonly #since = signal<number | null>(null);
  readonly #privacy = signal<Privacy>("open");
  readonly #unwatch: () => void;
  #tracks: Tracks;
  #shared: readonly MediaStreamTrack[];
  #line: Line | null = null;
  #early: Signal[] = [];
  #session = "";
  #closed = false;
  /** The ends of the present path. */
  #ends = "";

  /** Why it is not there, once that has lasted. */
  readonly trouble: ReadonlySignal<Diagnosis | null> = this.#trouble;
  /** When the present path was taken; null while there is none. */
  readonly since: ReadonlySignal<number | null> = this.#since;
  readonly privacy: ReadonlySignal<Privacy> = this.#privacy;

  constructor(options: Options) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#shared = options.shared;
    this.#list = new IceList(options.first, options.ask);
    this.#unwatch = watchNetwork(() => this.restart());
    void this.#open();
  }

  hear(s: Signal): void {
    this.#trace.heard(s);
    if (!this.#line) {
      this.#early.push(s);
      return;
    }
    const session = s.description ? sessionOf(s.description.sdp) : "";
    const renewed = s.description?.type === "offer" && this.#session !== session;
    if (renewed && this.#session !== "" && this.#options.polite) {
      this.#session = session;
      this.#early = [s];
      void this.#open();
      return;
    }
    if (s.description) this.#session = session;
    this.#line.negotiation.hear(s);
  }

  async replace(kind: keyof Tracks, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = { ...this.#tracks, [kind]: track };
    await this.#line?.negotiation.replace(kind, track);
  }

  share(tracks: readonly MediaStreamTrack[]): void {
    this.#shared = tracks;
    this.#line?.negotiation.share(tracks);
  }

  /** Has anything been heard by it? */
  sounds(): boolean {
    const receivers = this.#line?.pc.getReceivers() ?? [];
    return receivers.some(
      (r) => r.track.kind === "audio" && r.getSynchronizationSources().length > 0,
    );
  }

  /** Looks for a new way: the network changed, or signals may have been lost. */
  restart(): void {
    this.#line?.recovery.now();
  }

  /** As the person asks for it. */
  again(): void {
    this.#trouble.value = null;
    this.#trace.settled();
    this.restart();
  }

  async report(): Promise<RTCStatsReport | null> {
    return (await this.#line?.pc.getStats().catch(() => null)) ?? null;
  }

  /** For whoever is asked for help; without addresses of people and without credentials. */
  details(): string {
    return detailsOf(this.#trace.evidence, new Date(), navigator.userAgent);
  }

  close(): void {
    this.#closed = true;
    this.#unwatch();
    this.#end();
  }

  /** A connection, in place of the last one. */
  async #open(): Promise<void> {
    this.#end();
    const setup = await this.#setup();
    if (this.#closed || this.#line) return;
    const pc = new RTCPeerConnection(setup);
    const { polite, send, onStream, onScreen } = this.#options;
    this.#trace.watch(pc);
    const negotiation = new Negotiation({
      pc,
      polite,
      tracks: this.#tracks,
      shared: this.#shared,
      send,
      onStream,
      onScreen,
    });
    const recovery = new Recovery({
      restart: () => void this.#restart(),
      renew: polite ? null : () => this.#renew(),
      repeat: () => negotiation.repeat(),
      onLate: () => this.#tell(),
    });
    this.#line = { pc, negotiation, recovery };
    pc.onconnectionstatechange = () => this.#onState();
    for (const s of this.#early.splice(0)) this.hear(s);
  }

  #end(): void {
    if (!this.#line) return;
    const { pc, negotiation, recovery } = this.#line;
    this.#line = null;
    recovery.close();
    pc.onconnectionstatechange = null;
    negotiation.close();
    this.#since.value = null;
  }

  async #setup(): Promise<RTCConfiguration> {
    const iceServers = await this.#list.servers();
    const relay = offersRelay(iceServers);
    const hidden = this.#options.guest && relay;
    this.#privacy.value = hidden ? "hidden" : this.#options.guest ? "exposed" : "open";
    this.#trace.offered(this.#list.known, urlsOf(iceServers), hidden);
    return {
      iceServers,
      bundlePolicy: "max-bundle",
      iceTransportPolicy: hidden ? "relay" : "all",
    };
  }

  async #restart(): Promise<void> {
    const line = this.#line;
    const setup = await this.#setup();
    if (!line || this.#line !== line || line.pc.signalingState === "closed") return;
    this.#trace.afresh();
    line.pc.setConfiguration(setup);
    line.negotiation.restart();
  }

  #renew(): void {
    this.#session = "";
    this.#trace.afresh();
    void this.#open();
  }

  #onState(): void {
    const line = this.#line;
    if (!line) return;
    const { connectionState } = line.pc;
    if (connectionState === "connected") this.#connected(line.pc);
    else if (connectionState === "disconnected" || connectionState === "failed") {
      this.#since.value = null;
      this.#options.onLink(false);
    }
    line.recovery.state(connectionState);
  }

  #connected(pc: RTCPeerConnection): void {
    this.#trouble.value = null;
    this.#trace.settled();
    const ice = pc.getSenders()[0]?.transport?.iceTransport;
    this.#taken(ice);
    this.#options.onLink(true);
    if (ice)
      ice.onselectedcandidatepairchange = () => {
        if (this.#since.value !== null) this.#taken(ice);
      };
  }

  /** The same addresses again, after a restart, are the same path. */
  #taken(ice: RTCIceTransport | undefined): void {
    const pair = ice?.getSelectedCandidatePair?.();
    const ends = [pair?.local, pair?.remote].map((c) => `${c?.type} ${c?.protocol} ${c?.address}`);
    const before = this.#ends;
    this.#ends = ends.join();
    if (this.#since.value === null || this.#ends !== before) this.#since.value = Date.now();
  }

  #tell(): void {
    this.#trouble.value = diagnose(this.#trace.evidence);
  }

  /**
   * What is told follows what is known, once all servers have had their chance; where only relays
   * would do and none came, that is told at once.
   */
  #look(): void {
    const { relayOnly, gathering, local, connection } = this.#trace.evidence;
    if (gathering !== "complete" || connection === "connected") return;
    if (this.#trouble.value || (relayOnly && local.length === 0)) this.#tell();
  }
}

interface Network extends EventTarget {
  /** Not told everywhere. */
  readonly type?: string;
}

/** Hears when another network is used, where the browser tells. */
function watchNetwork(onChange: () => void): () => void {
  const { connection } = navigator as Navigator & { readonly connection?: Network };
  if (!connection?.addEventListener) return () => {};
  let { type } = connection;
  const changed = () => {
    if (connection.type === type) return;
    ({ type } = connection);
    onChange();
  };
  connection.addEventListener("change", changed);
  return () => connection.removeEventListener("change", changed);
}
