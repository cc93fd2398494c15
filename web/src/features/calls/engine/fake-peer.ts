/* A peer connection without a network: only what negotiation needs of signalling (RFC 8829). */

interface FakeTransceiver {
  direction: RTCRtpTransceiverDirection;
  readonly receiver: { readonly track: { readonly kind: string } };
  readonly sender: { replaceTrack(): Promise<void> };
}

interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

export class FakePeerConnection extends EventTarget {
  static #last: FakePeerConnection;
  static last = (): FakePeerConnection => FakePeerConnection.#last;

  signalingState: RTCSignalingState = "stable";
  connectionState: RTCPeerConnectionState = "new";
  localDescription: Description | null = null;
  iceConnectionState: RTCIceConnectionState = "new";
  iceGatheringState: RTCIceGatheringState = "new";
  configuration: RTCConfiguration;
  rollbacks = 0;
  restarts = 0;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((e: { candidate: null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;
  #transceivers: FakeTransceiver[] = [];
  #needed = false;

  constructor(configuration: RTCConfiguration = {}) {
    super();
    this.configuration = configuration;
    FakePeerConnection.#last = this;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  getSenders = () => [];

  getStats = async () => new Map();

  getTransceivers = () => this.#transceivers;

  addTransceiver(kind: string, { direction }: { direction: RTCRtpTransceiverDirection }) {
    const made: FakeTransceiver = {
      direction,
      receiver: { track: { kind } },
      sender: { replaceTrack: async () => {} },
    };
    this.#transceivers.push(made);
    this.#need();
    return made;
  }

  restartIce(): void {
    this.restarts += 1;
    this.#need();
  }

  async setLocalDescription(): Promise<void> {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.localDescription = {
      type,
      sdp: this.#transceivers.map((t) => t.receiver.track.kind).join(),
    };
    this.#needed = false;
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
  }

  async setRemoteDescription({ type, sdp }: Description): Promise<void> {
    if (type === "answer") {
      if (this.signalingState !== "have-local-offer") throw new Error("no offer of ours is open");
      this.signalingState = "stable";
      return;
    }
    if (this.signalingState === "have-local-offer") this.rollbacks += 1;
    this.signalingState = "have-remote-offer";
    if (this.#transceivers.length > 0) return;
    for (const kind of sdp.split(",")) this.addTransceiver(kind, { direction: "recvonly" });
    this.#needed = false;
  }

  async addIceCandidate(): Promise<void> {}

  close(): void {
    this.signalingState = "closed";
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  gather(state: RTCIceGatheringState): void {
    this.iceGatheringState = state;
    this.dispatchEvent(new Event("icegatheringstatechange"));
  }

  #need(): void {
    this.#needed = true;
    queueMicrotask(() => {
      if (this.#needed && this.signalingState === "stable") this.onnegotiationneeded?.();
    });
  }
}
