// What clients send, and the plan of a run as the load generator reads it (sfu/plan.h).
import { OPUS, VP8 } from "./sdp.mjs";

/** Bytes of a payload that make a packet of 1,200 with its header, extensions and SRTP's tag. */
const VIDEO_BYTES = 1200 - 12 - 8 - 16;
const AUDIO_BYTES = 100;
/** Packets of a frame: what 3 Mbit/s at 30 frames a second has; who sends more has more frames. */
const FRAME = 10;
const SPEECH_MS = 20;
const SILENCE_MS = 400; // DTX
const LEVEL = { speech: 20, silence: 127 };

export const ssrcOf = (client, kind) => 0x1000 + client * 2 + (kind === "video" ? 1 : 0);

/** A picture of so many packets a second. */
export const video = (perSecond) => ({ kind: "video", perSecond });
export const speech = { kind: "audio", every: SPEECH_MS / 1000, level: LEVEL.speech };
export const silence = { kind: "audio", every: SILENCE_MS / 1000, level: LEVEL.silence };

export function sends(client, { kind, perSecond, every, level }, mid, ids) {
  const picture = kind === "video";
  return {
    video: picture,
    ssrc: ssrcOf(client, kind),
    payload_type: picture ? VP8 : OPUS,
    mid: String(mid),
    ids,
    size: picture ? VIDEO_BYTES : AUDIO_BYTES,
    burst: picture ? FRAME : 1,
    every: picture ? FRAME / perSecond : every,
    level: level ?? 0,
  };
}

export const receives = [OPUS, VP8];
