import { useRef } from "preact/hooks";
import { Avatar } from "../../ui/avatar/Avatar";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/later";
import { KEYS } from "./commands";
import { Elapsed } from "./Elapsed";
import type { Source } from "./engine/roomContract";
import styles from "./MiniCall.module.css";
import type { Meeting } from "./meeting/meeting";
import { useWatch } from "./meeting/useWatch";
import type { CallsStore } from "./store";
import { phaseText } from "./texts";
import { Video } from "./Video";

interface Props {
  readonly calls: CallsStore;
}

/** A shared screen before all, then who speaks, then anybody with a picture. */
function shownOf(meeting: Meeting | null) {
  const others = meeting?.others.value ?? [];
  const of = (source: Source) => (leg: (typeof others)[number] | undefined) =>
    leg && { leg, source };
  const speaker = others.find((l) => l.camera && l.id === meeting?.dominant.value);
  return (
    of("screen")(others.find((l) => l.screen)) ??
    of("camera")(speaker ?? others.find((l) => l.camera)) ??
    null
  );
}

/** The call while something else is looked at. */
export function MiniCall({ calls }: Props) {
  const held = calls.held.value;
  const box = useRef<HTMLElement>(null);
  const meeting = calls.meeting.value;
  const name = calls.titleOf(held);
  const shown = shownOf(meeting);
  useWatch(meeting, box, shown);
  const sight = shown && meeting?.sight(shown.leg, shown.source);
  const { mic } = calls.engine.media;
  const stuck = held.phase !== "connected" && calls.engine.way.value?.trouble.value;
  const doing = held.phase === "dropped" ? "We lost you" : phaseText(held.phase);
  const micText = mic.value ? "Mute mic" : "Unmute mic";
  return (
    <section
      ref={box}
      class={styles.mini}
      aria-label={`Call with ${name}`}
      data-region
      tabIndex={-1}
    >
      {sight ? (
        <Video source={sight.source} label={name} whole={shown?.source === "screen"} />
      ) : (
        <Avatar
          id={held.peer ?? held.channel}
          name={name}
          picture={calls.picture(held.peer)}
          size={72}
        />
      )}
      <p class={styles.label}>
        {name}{" "}
        {(stuck && "No connection") ||
          doing ||
          (held.call?.answered_at && <Elapsed since={held.call.answered_at} />)}
      </p>
      <div class={styles.buttons}>
        <Button
          round
          icon={mic.value ? icons.mic : icons.micOff}
          label={micText}
          shortcut={KEYS.mic}
          onClick={() => calls.toggleMic()}
        />
        <Button round icon={icons.open} label="Return to the call" onClick={() => calls.show()} />
        <Button
          kind="danger"
          round
          icon={icons.callEndFilled}
          label="Leave"
          shortcut={KEYS.leave}
          onClick={() => calls.hangup()}
        />
      </div>
    </section>
  );
}
