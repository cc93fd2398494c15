import { mayBegin } from "./engine/machine";
import type { CallsStore } from "./store";

/** The conversation that is open now, if one is; with nobody in particular in a group. */
export type Here = () => { readonly channel: string; readonly peer: string | null } | null;

export const KEYS = {
  acceptVideo: "Ctrl+Shift+A",
  acceptAudio: "Ctrl+Shift+S",
  decline: "Ctrl+Shift+D",
  mic: "Ctrl+Shift+M",
  camera: "Ctrl+Shift+O",
  leave: "Ctrl+Shift+H",
  hand: "Ctrl+Shift+K",
  share: "Ctrl+Shift+E",
  startAudio: "Alt+Shift+A",
  startVideo: "Alt+Shift+V",
} as const;

/** What can be done about calls, for menus and keys. */
export function callCommands(calls: CallsStore, here: Here = () => null) {
  const group = "Calls";
  const ringing = () => calls.rings.value.length > 0;
  const inCall = () => !mayBegin(calls.held.value);
  const inGroup = () => inCall() && calls.held.value.group;
  const first = () => calls.rings.value[0]?.id ?? "";
  const start = (video: boolean) => {
    const at = here();
    if (at) void calls.start(at.channel, video, at.peer);
  };
  const item = (id: string, label: string, key: string, when: () => boolean, run: () => void) => ({
    id: `call.${id}`,
    label,
    group,
    key,
    when,
    run,
  });
  return [
    item("acceptVideo", "Accept with video", KEYS.acceptVideo, ringing, () => {
      void calls.accept(first(), true);
    }),
    item("acceptAudio", "Accept with audio", KEYS.acceptAudio, ringing, () => {
      void calls.accept(first(), false);
    }),
    item("decline", "Decline", KEYS.decline, ringing, () => calls.decline(first())),
    item("mic", "Microphone on or off", KEYS.mic, inCall, () => calls.toggleMic()),
    item("camera", "Camera on or off", KEYS.camera, inCall, () => calls.toggleCamera()),
    item("hand", "Raise or lower your hand", KEYS.hand, inGroup, () => {
      calls.meeting.value?.toggleHand();
    }),
    item("share", "Share your screen or stop", KEYS.share, inCall, () => {
      void calls.meeting.value?.toggleShare();
    }),
    item("leave", "Leave the call", KEYS.leave, inCall, () => calls.hangup()),
    item(
      "startAudio",
      "Start an audio call",
      KEYS.startAudio,
      () => here() !== null,
      () => start(false),
    ),
    item(
      "startVideo",
      "Start a video call",
      KEYS.startVideo,
      () => here() !== null,
      () => start(true),
    ),
  ];
}
