/* The shape of the connection to the server's room: media lines in the order the contract has. */
import { serverOf } from "./candidates";
import type { Layer } from "./roomContract";

export const SENT = ["mic", "camera", "screen", "screenAudio"] as const;
export type Sent = (typeof SENT)[number];

interface Encoding extends RTCRtpEncodingParameters {
  readonly rid: Layer;
}

/** Coarse to fine: 180, 360 and 720 lines of a camera with 720. */
const CAMERA: readonly Encoding[] = [
  { rid: "l", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "m", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: "h", scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
];
const SCREEN: readonly RTCRtpEncodingParameters[] = [{ maxBitrate: 2_500_000 }];

/* What is left out would only make the descriptions longer. */
const AUDIO = /^audio\/(?:opus|red)$/iu;
const VIDEO = /^video\/(?:VP8|rtx)$/iu;

function prefer(t: RTCRtpTransceiver, kind: "audio" | "video", twice = false): void {
  const all = RTCRtpReceiver.getCapabilities?.(kind)?.codecs ?? [];
  const some = all.filter((c) => (kind === "audio" ? AUDIO : VIDEO).test(c.mimeType));
  /* The first is what is sent: a voice twice over, which the server passes on to those who lose some of it. */
  const rank = ({ mimeType }: { mimeType: string }) => Number(/red$/iu.test(mimeType) !== twice);
  some.sort((a, b) => rank(a) - rank(b));
  if (some.length > 0) t.setCodecPreferences?.(some);
}

export function addSenders(pc: RTCPeerConnection): Readonly<Record<Sent, RTCRtpTransceiver>> {
  const add = (
    kind: "audio" | "video",
    sendEncodings?: readonly RTCRtpEncodingParameters[],
    twice = false,
  ) => {
    const t = pc.addTransceiver(kind, {
      direction: "sendonly",
      ...(sendEncodings ? { sendEncodings: sendEncodings.map((e) => ({ ...e })) } : {}),
    });
    prefer(t, kind, twice);
    return t;
  };
  return {
    mic: add("audio", undefined, true),
    camera: add("video", CAMERA),
    screen: add("video", SCREEN),
    screenAudio: add("audio"),
  };
}

/** What one person's sound and picture come by. */
export interface Pair {
  readonly audio: RTCRtpReceiver;
  readonly video: RTCRtpReceiver;
}

export function addPair(pc: RTCPeerConnection): Pair {
  const [audio, video] = (["audio", "video"] as const).map((kind) => {
    const t = pc.addTransceiver(kind, { direction: "recvonly" });
    prefer(t, kind);
    return t.receiver;
  });
  return { audio, video } as Pair;
}

/** Sends the layers that somebody watches, and no others. */
export async function setActive(
  sender: RTCRtpSender,
  isActive: (rid: string | undefined) => boolean,
): Promise<void> {
  const now = sender.getParameters();
  const { encodings } = now;
  if (!encodings || encodings.every((e) => e.active === isActive(e.rid))) return;
  for (const e of encodings) e.active = isActive(e.rid);
  await sender.setParameters(now);
}

/**
 * The server's room stands on the port of its relay: a browser that has that port for a relay by
 * UDP would take the room's packets for the relay's.  So relays here are those by TCP and TLS.
 */
export function withoutUdpRelays(servers: readonly RTCIceServer[]): RTCIceServer[] {
  return servers.flatMap((s) => {
    const urls = [s.urls].flat().filter((url) => {
      const server = serverOf(url);
      return server?.relay === true && server.way !== "udp";
    });
    return urls.length > 0 ? [{ ...s, urls }] : [];
  });
}
