// What clients send, and the plan of a run as the load generator reads it (sfu/plan.h).
import { OPUS, VP8 } from "./sdp.mjs";

/** Bytes of a payload that make a packet of 1,200 with its header, extensions and SRTP's tag. */
const VIDEO_BYTES = 1200 - 12 - 8 - 16;
const AUDIO_BYTES = 100;
const FRAMES_A_SECOND = 30;
const SPEECH_MS = 20;
const SILENCE_MS = 400; // DTX
const LEVEL = { speech: 20, silence: 127 };

export const ssrcOf = (client, kind) => 0x1000 + client * 2 + (kind === "video" ? 1 : 0);

/** A picture of so many packets a second, as bursts of a frame. */
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
    burst: picture ? Math.round(perSecond / FRAMES_A_SECOND) : 1,
    every: picture ? 1 / FRAMES_A_SECOND : every,
    level: level ?? 0,
  };
}

export const receives = [OPUS, VP8];
