import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { levelOf } from "./engine/level";

const HEARD = 0.08;
const HOLD_MS = 500;

/** Is somebody speaking in this stream?  Short pauses do not count. */
export function useSpeaking(stream: MediaStream | null): ReadonlySignal<boolean> {
  const speaking = useSignal(false);
  useEffect(() => {
    const [track] = stream?.getAudioTracks() ?? [];
    if (!track) return undefined;
    const { level, stop } = levelOf(track);
    let heard = 0;
    const undo = level.subscribe((now) => {
      if (now > HEARD) heard = Date.now();
      speaking.value = Date.now() - heard < HOLD_MS;
    });
    return () => {
      undo();
      stop();
      speaking.value = false;
    };
  }, [stream]);
  return speaking;
}
