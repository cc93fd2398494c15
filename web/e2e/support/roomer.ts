import type { Page } from "playwright-core";
import type { Line, Person } from "../../../tests/api/support/person";
import type { Look } from "./chromium";
import type { House } from "./house";

/** What a slot's receiver has got so far. */
export interface Got {
  readonly slot: number;
  readonly kind: string;
  readonly frames: number;
  readonly height: number;
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly csrc: readonly number[];
  /** Of sound: samples that were made up, of all that were played. */
  readonly concealed: number;
  readonly samples: number;
}

interface Setup {
  readonly pairs: number;
  readonly width: number;
  /** By these alone, if there are any. */
  readonly relays: RTCIceServer[];
}

/* Runs in the page: one PeerConnection with the room's m-lines, as docs of the contract have them. */
async function offer({ pairs, width, relays }: Setup): Promise<string> {
  const held = window as unknown as { room?: RTCPeerConnection };
  const pc = new RTCPeerConnection({
    bundlePolicy: "max-bundle",
    ...(relays.length > 0 ? { iceServers: relays, iceTransportPolicy: "relay" as const } : {}),
  });
  held.room = pc;
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: true,
    /* few, so that two cores do for all pages */
    video: { width: { exact: width }, height: { exact: (width * 9) / 16 }, frameRate: 10 },
  });
  const prefer = (t: RTCRtpTransceiver, kind: string, names: RegExp) => {
    const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
    /* sound twice over first, as the page has it */
    const late = (c: { mimeType: string }) => Number(!/red$/iu.test(c.mimeType));
    const some = codecs.filter((c) => names.test(c.mimeType));
    t.setCodecPreferences(some.sort((a, b) => late(a) - late(b)));
  };
  const audio = (track: MediaStreamTrack | string, direction: RTCRtpTransceiverDirection) =>
    prefer(pc.addTransceiver(track, { direction }), "audio", /opus|red/iu);
  const video = (track: MediaStreamTrack | string, init: RTCRtpTransceiverInit) =>
    prefer(pc.addTransceiver(track, init), "video", /vp8|rtx/iu);
  audio(stream.getAudioTracks()[0] ?? "audio", "sendonly");
  video(stream.getVideoTracks()[0] ?? "video", {
    direction: "sendonly",
    sendEncodings: [
      { rid: "l", scaleResolutionDownBy: 4 },
      { rid: "m", scaleResolutionDownBy: 2 },
      { rid: "h" },
    ],
  });
  video("video", { direction: "sendonly" });
  audio("audio", "sendonly");
  for (let i = 0; i < pairs; i++) {
    audio("audio", "recvonly");
    video("video", { direction: "recvonly" });
  }
  await pc.setLocalDescription();
  return pc.localDescription?.sdp ?? "";
}

async function answered(sdp: string): Promise<void> {
  const { room } = window as unknown as { room: RTCPeerConnection };
  await room.setRemoteDescription({ type: "answer", sdp });
  /* a busy machine must not make another picture of it */
  const camera = room.getSenders()[1];
  const asked = camera?.getParameters();
  if (camera && asked)
    await camera.setParameters({ ...asked, degradationPreference: "maintain-resolution" });
  for (const t of room.getTransceivers()) {
    if (t.direction !== "recvonly") continue;
    const { track } = t.receiver;
    const shown = document.createElement(track.kind === "video" ? "video" : "audio");
    shown.muted = track.kind === "video";
    shown.srcObject = new MediaStream([track]);
    void shown.play();
  }
}

async function received(): Promise<Got[]> {
  const { room } = window as unknown as { room: RTCPeerConnection };
  const receiving = room.getTransceivers().slice(4);
  const all = receiving.map(async (t, i) => {
    const stats = await t.receiver.getStats();
    const rtp = [...stats.values()].find((s) => s.type === "inbound-rtp");
    return {
      slot: Math.floor(i / 2),
      kind: t.receiver.track.kind,
      frames: rtp?.framesDecoded ?? 0,
      height: rtp?.frameHeight ?? 0,
      packets: rtp?.packetsReceived ?? 0,
      bytes: rtp?.bytesReceived ?? 0,
      lost: rtp?.packetsLost ?? 0,
      csrc: t.receiver.getContributingSources().map((c) => c.source),
      concealed: (rtp?.concealedSamples ?? 0) - (rtp?.silentConcealedSamples ?? 0),
      samples: rtp?.totalSamplesReceived ?? 0,
    };
  });
  return Promise.all(all);
}

/** What the way to the server is made of: the protocol of the candidate that was chosen. */
async function way(): Promise<string> {
  const { room } = window as unknown as { room: RTCPeerConnection };
  const stats = await room.getStats();
  const all = [...stats.values()];
  const { selectedCandidatePairId: id } = all.find((s) => s.type === "transport") ?? {};
  const pair = all.find((s) => s.id === id);
  return all.find((s) => s.id === pair?.localCandidateId)?.protocol ?? "";
}

/** Somebody in a room by hand: their socket, and a connection in a page that shows nothing else. */
export class Roomer {
  readonly line: Line;
  readonly page: Page;
  leg = "";

  private constructor(line: Line, page: Page) {
    this.line = line;
    this.page = page;
  }

  static async come(house: House, person: Person, look: Look = {}): Promise<Roomer> {
    const page = await house.chromium.window(house.server, look);
    await page.goto("/healthz");
    return new Roomer(await person.socket(), page);
  }

  /** Makes what stands in the answer of where the server is what `by` says. */
  async connect(
    call: string,
    { pairs = 6, width = 640, relays = [] as RTCIceServer[], by = (sdp: string) => sdp } = {},
  ): Promise<void> {
    const sdp = await this.page.evaluate(offer, { pairs, width, relays });
    const done = await this.line.ask({ type: "call.connect", call, sdp });
    if (done.type !== "done" || !done.sdp) throw new Error(JSON.stringify(done));
    await this.page.evaluate(answered, by(done.sdp));
  }

  way(): Promise<string> {
    return this.page.evaluate(way);
  }

  got(): Promise<Got[]> {
    return this.page.evaluate(received);
  }
}
