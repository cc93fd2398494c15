/* One peer connection to the server's room: we always offer, the server answers. */
import type { Layer } from "./roomContract";
import { addPair, addSenders, type Pair, SENT, type Sent, setActive } from "./roomSetup";
import { CHUNK } from "./slots";

export type Tracks = Readonly<Record<Sent, MediaStreamTrack | null>>;

export interface Publish {
  readonly layers: readonly Layer[];
  readonly screen: boolean;
}

interface Options {
  readonly setup: RTCConfiguration;
  readonly tracks: Tracks;
  /** The server's answer to an offer. */
  readonly connect: (sdp: string) => Promise<string>;
  readonly onPairs: () => void;
}

export class RoomLine {
  readonly pc: RTCPeerConnection;
  readonly #options: Options;
  readonly #senders: ReturnType<typeof addSenders>;
  readonly #pairs: Pair[] = [];
  /** Pairs that the server has answered for. */
  #ready = 0;
  #asking = false;
  #closed = false;
  /** One change of what is sent after the other. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
    this.pc = new RTCPeerConnection(options.setup);
    this.pc.onnegotiationneeded = () => void this.#offer();
    this.#senders = addSenders(this.pc);
    for (const sent of SENT) this.replace(sent, options.tracks[sent]);
    this.grow(CHUNK);
  }

  get pairs(): readonly Pair[] {
    return this.#pairs.slice(0, this.#ready);
  }

  grow(pairs: number): void {
    while (this.#pairs.length < pairs) this.#pairs.push(addPair(this.pc));
  }

  replace(sent: Sent, track: MediaStreamTrack | null): void {
    const { sender } = this.#senders[sent];
    this.#change(() => sender.replaceTrack(track));
  }

  publish({ layers, screen }: Publish): void {
    const { camera, screen: shared } = this.#senders;
    this.#change(() => setActive(camera.sender, (rid) => layers.includes(rid as Layer)));
    this.#change(() => setActive(shared.sender, () => screen));
  }

  /** Says once more what has had no answer; false where nothing waits for one. */
  repeat(): boolean {
    if (this.pc.signalingState !== "have-local-offer") return false;
    void this.#ask();
    return true;
  }

  restart(setup: RTCConfiguration): void {
    if (this.#closed) return;
    this.pc.setConfiguration(setup);
    this.pc.restartIce();
  }

  close(): void {
    this.#closed = true;
    this.pc.onnegotiationneeded = null;
    this.pc.onconnectionstatechange = null;
    this.pc.close();
  }

  #change(run: () => Promise<unknown>): void {
    this.#changes = this.#changes.then(run).catch(() => undefined);
  }

  async #offer(): Promise<void> {
    try {
      await this.pc.setLocalDescription();
      await this.#ask();
    } catch {
      /* Closed meanwhile. */
    }
  }

  /** What has no answer, or no good one, is asked again by whoever watches over the connection. */
  async #ask(): Promise<void> {
    const offer = this.pc.localDescription;
    if (this.#asking || !offer) return;
    this.#asking = true;
    const offered = this.#pairs.length;
    try {
      const sdp = await this.#options.connect(offer.sdp);
      if (this.#closed || this.pc.signalingState !== "have-local-offer") return;
      /* The server knows them now: what is to be shown is told while the browser takes its answer. */
      this.#ready = offered;
      this.#options.onPairs();
      await this.pc.setRemoteDescription({ type: "answer", sdp });
    } catch {
      /* The line is away, or the server refused: later again. */
    } finally {
      this.#asking = false;
    }
  }
}
