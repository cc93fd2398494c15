import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { LevelMeter } from "../../ui/meter/LevelMeter";
import { Select } from "../../ui/select/Select";
import styles from "./DeviceSettings.module.css";
import type { Device, DeviceKind } from "./engine/devices";
import { levelOf } from "./engine/level";
import { Media } from "./engine/media";
import type { CallsStore } from "./store";
import { Video } from "./Video";

interface Props {
  readonly calls: CallsStore;
}

const options = (list: readonly Device[], none: string) =>
  list.length === 0
    ? [{ value: "", label: none }]
    : list.map((d) => ({ value: d.id, label: d.label }));

/** Which devices calls use, with a try of each; nothing is turned on before it is asked for. */
export function DeviceSettings({ calls }: Props) {
  const { devices } = calls;
  const media = useMemo(() => new Media(devices, () => {}), [devices]);
  useEffect(() => {
    void devices.refresh();
    return () => media.close();
  }, [media]);
  const choose = (kind: DeviceKind) => (id: string) => {
    calls.choose(kind, id);
    if (kind !== "speaker") void media.change(kind === "mic" ? "audio" : "video");
  };
  return (
    <div class={styles.settings}>
      {media.notice.value && (
        <Banner kind="warning" onDismiss={() => media.dismissNotice()}>
          {media.notice.value}
        </Banner>
      )}
      <section class={styles.device} aria-label="Microphone">
        <Select
          label="Microphone"
          value={devices.current("mic")}
          options={options(devices.mic.value, "The system's microphone")}
          onChange={choose("mic")}
        />
        <MicTest media={media} />
      </section>
      <SpeakerTest calls={calls} onChoose={choose("speaker")} />
      <section class={styles.device} aria-label="Camera">
        <Select
          label="Camera"
          value={devices.current("camera")}
          options={options(devices.camera.value, "The system's camera")}
          onChange={choose("camera")}
        />
        <CameraTest media={media} />
      </section>
    </div>
  );
}

function MicTest({ media }: { readonly media: Media }) {
  const level = useSignal(0);
  const track = media.audio.value;
  useEffect(() => {
    if (!track) return undefined;
    const { level: now, stop } = levelOf(track);
    const undo = now.subscribe((l) => {
      level.value = l;
    });
    return () => {
      undo();
      stop();
      level.value = 0;
    };
  }, [track]);
  const toggle = () => (track ? media.stopMic() : void media.setMic(true));
  return (
    <div class={styles.test}>
      <Button pressed={track !== null} onClick={toggle}>
        Test microphone
      </Button>
      {track && <LevelMeter level={level} label="How loud you are" />}
    </div>
  );
}

interface SpeakerProps extends Props {
  readonly onChoose: (id: string) => void;
}

function SpeakerTest({ calls, onChoose }: SpeakerProps) {
  const playing = useSignal(false);
  const { devices } = calls;
  const play = async () => {
    playing.value = true;
    await calls.sounds.test(devices.current("speaker"));
    playing.value = false;
  };
  return (
    <section class={styles.device} aria-label="Speaker">
      {devices.speakerChoice && (
        <Select
          label="Speaker"
          value={devices.current("speaker")}
          options={options(devices.speaker.value, "The system's speaker")}
          onChange={onChoose}
        />
      )}
      <div class={styles.test}>
        <Button busy={playing.value} onClick={() => void play()}>
          Play a test sound
        </Button>
      </div>
    </section>
  );
}

function CameraTest({ media }: { readonly media: Media }) {
  const track = media.video.value;
  return (
    <div class={styles.test}>
      <Button pressed={track !== null} onClick={() => void media.setCamera(track === null)}>
        Show preview
      </Button>
      {track && (
        <div class={styles.preview}>
          <Video source={track} label="Preview of your camera" mirrored />
        </div>
      )}
    </div>
  );
}
