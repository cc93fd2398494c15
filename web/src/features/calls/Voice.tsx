import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../../ui/banner/Banner";
import type { CallsStore } from "./store";
import styles from "./Voice.module.css";

type Sink = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

interface Props {
  readonly calls: CallsStore;
}

/** The other person's voice; it goes on whether the stage is large or small. */
export function Voice({ calls }: Props) {
  const ref = useRef<Sink>(null);
  const held = useSignal(false);
  const stream = calls.engine.remote.value;
  const speaker = calls.devices.chosen.value.speaker;
  const volume = calls.volume.value;

  const play = () => {
    ref.current?.play()?.then(
      () => {
        held.value = false;
      },
      (e: unknown) => {
        held.value = e instanceof DOMException && e.name === "NotAllowedError";
      },
    );
  };
  useEffect(() => {
    if (!ref.current) return;
    ref.current.srcObject = stream;
    if (stream) play();
  }, [stream]);
  useEffect(() => {
    if (ref.current) ref.current.volume = volume;
  }, [volume]);
  useEffect(() => {
    /* A speaker that is gone: the browser keeps to the one it uses. */
    if (speaker !== "") ref.current?.setSinkId?.(speaker).catch(() => undefined);
  }, [speaker]);

  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody writes captions of a live call */}
      <audio ref={ref} autoplay />
      {held.value && (
        <div class={styles.notice}>
          <Banner kind="warning" action={{ label: "Turn sound on", run: play }}>
            Your browser holds the sound back.
          </Banner>
        </div>
      )}
    </>
  );
}
