/* One peer connection to one leg, by the perfect negotiation of the WebRTC specification. */
import type { ClientCallSignal } from "../../../api/gen";

export type Signal = ClientCallSignal["signal"];

export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

interface Options {
  /** Gives way when both offer at once; it also waits for the first offer. */
  readonly polite: boolean;
  readonly iceServers: RTCIceServer[];
  readonly tracks: Tracks;
  readonly send: (signal: Signal) => void;
  readonly onLink: (up: boolean) => void;
  readonly onStream: (stream: MediaStream) => void;
}

const DISCONNECTED_MS = 3_000;
const STALLED_MS = 8_000;

/** What the contract lets a candidate carry; browsers add more. */
function candidateOf(c: RTCIceCandidate): Signal {
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = c;
  return { candidate: { candidate, sdpMid, sdpMLineIndex, usernameFragment } };
}

export class Negotiation {
  readonly #options: Options;
  readonly #pc: RTCPeerConnection;
  readonly #stream = new MediaStream();
  #tracks: Tracks;
  #makingOffer = false;
  #ignoreOffer = false;
  #settingAnswer = false;
  #hearing: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#tracks = options.tracks;
    const pc = new RTCPeerConnection({
      iceServers: options.iceServers,
      bundlePolicy: "max-bundle",
    });
    this.#pc = pc;
    pc.onnegotiationneeded = () => void this.#offer();
    pc.onicecandidate = (e) => {
      if (e.candidate) options.send(candidateOf(e.candidate));
    };
    pc.onconnectionstatechange = () => this.#onState();
    pc.ontrack = (e) => this.#onTrack(e.track);
    /* Only one side makes the transceivers: the other side's own would get media lines of their
       own, as an offer takes over none that addTransceiver() made. */
    if (!options.polite) this.#makeTransceivers();
    this.#expect();
  }

  hear(signal: Signal): void {
    this.#hearing = this.#hearing.then(() => this.#take(signal)).catch(() => undefined);
  }

  /** Sends another track from now on, or none: never a new negotiation. */
  async replace(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = { ...this.#tracks, [kind]: track };
    await this.#senderOf(kind)?.replaceTrack(track);
  }

  /** Looks for a new way: the network changed, or signals may have been lost. */
  restart(): void {
    const { signalingState, localDescription } = this.#pc;
    if (signalingState === "closed") return;
    if (signalingState === "have-local-offer" && localDescription) this.#tell(localDescription);
    else this.#pc.restartIce();
    if (this.#pc.connectionState !== "connected") this.#expect();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#pc.onnegotiationneeded = null;
    this.#pc.onicecandidate = null;
    this.#pc.onconnectionstatechange = null;
    this.#pc.ontrack = null;
    this.#pc.close();
  }

  #makeTransceivers(): void {
    for (const kind of ["audio", "video"] as const) {
      const t = this.#pc.addTransceiver(kind, { direction: "sendrecv" });
      void t.sender.replaceTrack(this.#tracks[kind]);
    }
  }

  /** The offer made these: send our tracks by them. */
  async #adoptTransceivers(): Promise<void> {
    for (const t of this.#pc.getTransceivers()) {
      if (t.direction !== "recvonly") continue;
      t.direction = "sendrecv";
      const { kind } = t.receiver.track;
      await t.sender.replaceTrack(kind === "audio" ? this.#tracks.audio : this.#tracks.video);
    }
  }

  #senderOf(kind: string): RTCRtpSender | undefined {
    return this.#pc.getTransceivers().find((t) => t.receiver.track.kind === kind)?.sender;
  }

  async #offer(): Promise<void> {
    try {
      this.#makingOffer = true;
      await this.#pc.setLocalDescription();
      if (this.#pc.localDescription) this.#tell(this.#pc.localDescription);
    } catch {
      /* Closed meanwhile, or the other side's offer came first: theirs goes on. */
    } finally {
      this.#makingOffer = false;
    }
  }

  #tell({ type, sdp }: RTCSessionDescription): void {
    if (type !== "pranswer") this.#options.send({ description: { type, sdp } });
  }

  async #take(signal: Signal): Promise<void> {
    if (signal.description) await this.#takeDescription(signal.description);
    else if (signal.candidate !== undefined) await this.#takeCandidate(signal.candidate);
  }

  async #takeDescription(description: NonNullable<Signal["description"]>): Promise<void> {
    const pc = this.#pc;
    const ready = !this.#makingOffer && (pc.signalingState === "stable" || this.#settingAnswer);
    const collides = description.type === "offer" && !ready;
    this.#ignoreOffer = !this.#options.polite && collides;
    if (this.#ignoreOffer) return;
    this.#settingAnswer = description.type === "answer";
    try {
      await pc.setRemoteDescription(description);
    } finally {
      this.#settingAnswer = false;
    }
    if (description.type !== "offer") return;
    await this.#adoptTransceivers();
    await pc.setLocalDescription();
    if (pc.localDescription) this.#tell(pc.localDescription);
  }

  async #takeCandidate(candidate: NonNullable<Signal["candidate"]> | null): Promise<void> {
    try {
      await this.#pc.addIceCandidate((candidate ?? undefined) as RTCIceCandidateInit | undefined);
    } catch (e) {
      if (!this.#ignoreOffer) throw e;
    }
  }

  #onTrack(track: MediaStreamTrack): void {
    for (const old of this.#stream.getTracks()) {
      if (old.kind === track.kind && old !== track) this.#stream.removeTrack(old);
    }
    this.#stream.addTrack(track);
    this.#options.onStream(this.#stream);
  }

  #onState(): void {
    const { connectionState } = this.#pc;
    if (connectionState === "connected") {
      clearTimeout(this.#timer);
      this.#options.onLink(true);
    } else if (connectionState === "disconnected") {
      this.#options.onLink(false);
      this.#after(DISCONNECTED_MS);
    } else if (connectionState === "failed") {
      this.#options.onLink(false);
      this.restart();
    }
  }

  /** An offer or its answer may be lost on the way: tries again until there is a connection. */
  #expect(): void {
    this.#after(STALLED_MS);
  }

  #after(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.restart(), ms);
  }
}
