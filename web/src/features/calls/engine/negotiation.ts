/* One peer connection to one leg, by the perfect negotiation of the WebRTC specification. */
import type { ClientCallSignal } from "../../../api/gen";

export type Signal = ClientCallSignal["signal"];

export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

interface Options {
  readonly pc: RTCPeerConnection;
  /** Gives way when both offer at once; it also waits for the first offer. */
  readonly polite: boolean;
  readonly tracks: Tracks;
  /** Of the screen and of its sound. */
  readonly shared: readonly MediaStreamTrack[];
  readonly send: (signal: Signal) => void;
  readonly onStream: (stream: MediaStream) => void;
  readonly onScreen: (stream: MediaStream) => void;
}

/** Microphone and camera; what comes after these are screens, which have a stream of their own. */
const OWN = 2;

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
  #shared: readonly MediaStreamTrack[];
  #screens: RTCRtpTransceiver[] = [];
  #makingOffer = false;
  #ignoreOffer = false;
  #settingAnswer = false;
  #hearing: Promise<void> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#shared = options.shared;
    const { pc } = options;
    this.#pc = pc;
    pc.onnegotiationneeded = () => void this.#offer();
    pc.onicecandidate = (e) => {
      if (e.candidate) options.send(candidateOf(e.candidate));
    };
    pc.ontrack = ({ track, streams: [screen] }) => {
      if (screen) options.onScreen(screen);
      else this.#onTrack(track);
    };
    /* Only one side makes the transceivers: the other side's own would get media lines of their
       own, as an offer takes over none that addTransceiver() made. */
    if (!options.polite) this.#makeTransceivers();
  }

  hear(signal: Signal): void {
    this.#hearing = this.#hearing.then(() => this.#take(signal)).catch(() => undefined);
  }

  /** Sends another track from now on, or none: never a new negotiation. */
  async replace(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    this.#tracks = { ...this.#tracks, [kind]: track };
    await this.#senderOf(kind)?.replaceTrack(track);
  }

  /** Shares these, and no longer what was shared before. */
  share(tracks: readonly MediaStreamTrack[]): void {
    this.#shared = tracks;
    for (const t of this.#screens.splice(0)) t.stop();
    /* The first lines are those of microphone and camera, whoever makes them. */
    if (tracks.length === 0 || this.#pc.getTransceivers().length < OWN) return;
    const streams = [new MediaStream([...tracks])];
    this.#screens = tracks.map((track) =>
      this.#pc.addTransceiver(track, { direction: "sendonly", streams }),
    );
  }

  /** Says once more what has had no answer; false where nothing waits for one. */
  repeat(): boolean {
    const { signalingState, localDescription } = this.#pc;
    if (signalingState !== "have-local-offer" || !localDescription) return false;
    this.#tell(localDescription);
    return true;
  }

  /** Looks for a new way. */
  restart(): void {
    if (this.#pc.signalingState !== "closed") this.#pc.restartIce();
  }

  close(): void {
    this.#pc.onnegotiationneeded = null;
    this.#pc.onicecandidate = null;
    this.#pc.ontrack = null;
    this.#pc.close();
  }

  #makeTransceivers(): void {
    for (const kind of ["audio", "video"] as const) {
      const t = this.#pc.addTransceiver(kind, { direction: "sendrecv" });
      void t.sender.replaceTrack(this.#tracks[kind]);
    }
    this.share(this.#shared);
  }

  /** The offer made these: send our tracks by them. */
  async #adoptTransceivers(): Promise<void> {
    for (const t of this.#pc.getTransceivers().slice(0, OWN)) {
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
    if (this.#screens.length === 0) this.share(this.#shared);
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
}
