import { useSignal } from "@preact/signals";

import { Banner } from "../../ui/banner/Banner";
import { Sound } from "./Sound";
import type { CallsStore } from "./store";
import styles from "./Voice.module.css";

interface Props {
  readonly calls: CallsStore;
}

/** Everybody's voice; they go on whether the stage is large or small. */
export function Voice({ calls }: Props) {
  const refused = useSignal(false);
  /** Rises when the person asks for the sound that the browser held back. */
  const asked = useSignal(0);
  const { engine, held } = calls;
  const meeting = calls.meeting.value;
  const quiet = meeting?.quiet.value;
  const speaker = calls.devices.chosen.value.speaker;
  const common = {
    speaker,
    asked: asked.value,
    onRefused: (is: boolean) => {
      refused.value = is;
    },
  };
  const legs = meeting?.legs.value ?? [];
  const other = legs.find((l) => l.id === engine.to)?.user ?? held.value.peer ?? "";
  const volumeOf = (user: string) => meeting?.volumeOf(user) ?? 1;
  return (
    <>
      {[engine.remote.value, engine.remoteScreen.value].map(
        (stream, i) =>
          stream && (
            <Sound
              key={`pair ${i}`}
              source={stream}
              volume={quiet === "pair" ? 0 : volumeOf(other)}
              {...common}
            />
          ),
      )}
      {meeting?.room.value?.voices.value.map((v) => (
        <Sound
          key={v.slot}
          source={v.track}
          volume={quiet === "room" ? 0 : volumeOf(legs.find((l) => l.id === v.leg)?.user ?? "")}
          {...common}
        />
      ))}
      {refused.value && (
        <div class={styles.notice}>
          <Banner
            kind="warning"
            action={{
              label: "Turn sound on",
              run: () => {
                asked.value += 1;
              },
            }}
          >
            Your browser holds the sound back.
          </Banner>
        </div>
      )}
    </>
  );
}
