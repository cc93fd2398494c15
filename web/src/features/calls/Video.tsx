import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cx } from "../../lib/class";
import styles from "./Video.module.css";

interface Props {
  readonly source: MediaStream | MediaStreamTrack | null;
  readonly label: string;
  /** One's own picture, as in a mirror. */
  readonly mirrored?: boolean;
  /** The whole picture, with bars, instead of the whole tile. */
  readonly whole?: boolean;
  readonly element?: RefObject<HTMLVideoElement | null>;
}

export const streamOf = (source: MediaStream | MediaStreamTrack | null): MediaStream | null =>
  source === null || "getTracks" in source ? source : new MediaStream([source]);

/** A moving picture without its sound. */
export function Video({ source, label, mirrored, whole, element }: Props) {
  const own = useRef<HTMLVideoElement>(null);
  const ref = element ?? own;
  useEffect(() => {
    const video = ref.current;
    if (!video) return undefined;
    video.srcObject = streamOf(source);
    return () => {
      video.srcObject = null;
    };
  }, [source]);
  return (
    <video
      ref={ref}
      class={cx(styles.video, mirrored && styles.mirrored, whole && styles.whole)}
      aria-label={label}
      autoplay
      playsInline
      muted
    />
  );
}
