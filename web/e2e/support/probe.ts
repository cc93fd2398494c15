/** What came over all calls of a page so far. */
export interface Heard {
  readonly frames: number;
  readonly energy: number;
}

/** One end of the path that a connection has chosen. */
export interface End {
  readonly type: RTCIceCandidateType;
  readonly address: string;
  /** How it reaches its relay, where it goes by one. */
  readonly relay: string | null;
}

/** The path of the newest connection, and when that was made and when it stood, by the wall clock. */
export interface Path {
  readonly local: End;
  readonly remote: End;
  readonly born: number;
  readonly up: number;
}

declare global {
  interface Window {
    heard(): Promise<Heard>;
    /** Of each picture that comes: how many of it were decoded. */
    decoded(): Promise<readonly number[]>;
    /** Of each encoding of a picture that is sent: how many were encoded. */
    encoded(): Promise<readonly number[]>;
    path(): Promise<Path | null>;
    /** Of each connection that is open: how many media lines it has. */
    lines(): readonly number[];
  }
}

/* Runs in the page before its own scripts: keeps every connection, so that its figures can be read. */
export function keepConnections(): void {
  const all: RTCPeerConnection[] = [];
  const times = new Map<RTCPeerConnection, { born: number; up: number }>();
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(setup?: RTCConfiguration) {
      super(setup);
      all.push(this);
      const time = { born: Date.now(), up: 0 };
      times.set(this, time);
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") time.up ||= Date.now();
      });
    }
  };
  window.heard = async () => {
    let frames = 0;
    let energy = 0;
    for (const one of all) {
      if (one.connectionState === "closed") continue;
      for (const row of (await one.getStats()).values()) {
        if (row.type !== "inbound-rtp") continue;
        frames += row.framesDecoded ?? 0;
        energy += row.totalAudioEnergy ?? 0;
      }
    }
    return { frames, energy };
  };
  const pictures = async (way: string) => {
    const open = all.filter((c) => c.connectionState !== "closed");
    const rows = (await Promise.all(open.map((c) => c.getStats()))).flatMap((s) => [...s.values()]);
    return rows.filter((r) => r.type === way && r.kind === "video");
  };
  window.decoded = async () => (await pictures("inbound-rtp")).map((r) => r.framesDecoded ?? 0);
  window.encoded = async () => (await pictures("outbound-rtp")).map((r) => r.framesEncoded ?? 0);
  window.lines = () =>
    all.filter((c) => c.connectionState !== "closed").map((c) => c.getTransceivers().length);
  window.path = async () => {
    const last = all.at(-1);
    const time = last && times.get(last);
    if (!last || !time) return null;
    const rows = await last.getStats();
    const pairs = [...rows.values()].filter((r) => r.type === "candidate-pair");
    const chosen = [...rows.values()].find((r) => r.type === "transport")?.selectedCandidatePairId;
    const pair = pairs.find((p) => (chosen ? p.id === chosen : p.selected));
    const end = (id: string) => {
      const row = rows.get(id);
      if (!row) return null;
      const relay = row.candidateType === "relay" ? (row.relayProtocol ?? null) : null;
      return { type: row.candidateType, address: row.address ?? "", relay };
    };
    const local = pair && end(pair.localCandidateId);
    const remote = pair && end(pair.remoteCandidateId);
    return local && remote ? { local, remote, ...time } : null;
  };
}

/* As a browser whose user says no to the camera. */
export function refuseCamera(): void {
  /* An empty page has none. */
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) =>
    wish?.video ? Promise.reject(new DOMException("", "NotAllowedError")) : real(wish);
}

/** How large the pictures of the camera are, and how many of them come in a second. */
export interface Camera {
  readonly width: number;
  readonly fps: number;
}

/* Whatever the page asks for, the camera gives such pictures: few cores have to do for many pages. */
export function limitCamera({ width, fps }: Camera): void {
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) =>
    real(
      wish?.video ? { ...wish, video: { width, height: (width * 9) / 16, frameRate: fps } } : wish,
    );
}

/* The camera is a drawing: Chromium's own test camera stands still for good once a busy machine has to show it in
   half a dozen windows. */
export function drawCamera({ width, fps }: Camera): void {
  if (!navigator.mediaDevices) return;
  const SPOTS = 100;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (!wish?.video) return real(wish);
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = (width * 9) / 16;
    const at = canvas.getContext("2d");
    let turn = 0;
    setInterval(() => {
      if (!at) return;
      turn += 1;
      at.fillStyle = `hsl(${turn * 20}, 60%, 50%)`;
      at.fillRect(0, 0, canvas.width, canvas.height);
      /* As costly to send as a room with people in it. */
      for (let i = 0; i < SPOTS; i++) {
        at.fillStyle = `hsl(${Math.random() * 360}, 60%, 50%)`;
        at.fillRect(Math.random() * canvas.width, Math.random() * canvas.height, 24, 24);
      }
    }, 1_000 / fps);
    const sound = wish.audio ? await real({ audio: wish.audio }) : new MediaStream();
    return new MediaStream([...canvas.captureStream(fps).getTracks(), ...sound.getTracks()]);
  };
}

/* A violation of the page's policy is told like any other error. */
export function tellViolations(): void {
  document.addEventListener("securitypolicyviolation", (e) => {
    setTimeout(() => {
      throw new Error(`policy: ${e.violatedDirective} refused ${e.blockedURI}`);
    });
  });
}
