import { useEffect, useRef } from "preact/hooks";
import { streamOf } from "./Video";

type Sink = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

interface Props {
  readonly source: MediaStream | MediaStreamTrack;
  /** 0..1 */
  readonly volume: number;
  readonly speaker: string;
  /** Played anew when it rises. */
  readonly asked: number;
  readonly onRefused: (refused: boolean) => void;
}

/** One voice, or a screen's sound. */
export function Sound({ source, volume, speaker, asked, onRefused }: Props) {
  const ref = useRef<Sink>(null);
  useEffect(() => {
    if (!ref.current) return;
    ref.current.srcObject = streamOf(source);
  }, [source]);
  useEffect(() => {
    ref.current?.play()?.then(
      () => onRefused(false),
      (e: unknown) => {
        if (e instanceof DOMException && e.name === "NotAllowedError") onRefused(true);
      },
    );
  }, [source, asked]);
  useEffect(() => {
    if (ref.current) ref.current.volume = volume;
  }, [volume]);
  useEffect(() => {
    /* A speaker that is gone: the browser keeps to the one it uses. */
    if (speaker !== "") ref.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);
  /* biome-ignore lint/a11y/useMediaCaption: nobody writes captions of a live call */
  return <audio ref={ref} autoplay />;
}
