import { Avatar } from "../../ui/avatar/Avatar";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/later";
import { KEYS } from "./commands";
import { Elapsed } from "./Elapsed";
import { otherOf } from "./engine/machine";
import styles from "./MiniCall.module.css";
import type { CallsStore } from "./store";
import { phaseText } from "./texts";
import { Video } from "./Video";

interface Props {
  readonly calls: CallsStore;
}

/** The call while something else is looked at. */
export function MiniCall({ calls }: Props) {
  const held = calls.held.value;
  const other = otherOf(held);
  const name = calls.name(held.peer);
  const { mic } = calls.engine.media;
  const stuck = held.phase !== "connected" && calls.engine.way.value?.trouble.value;
  const doing = held.phase === "dropped" ? "We lost you" : phaseText(held.phase);
  const micText = mic.value ? "Mute mic" : "Unmute mic";
  return (
    <section class={styles.mini} aria-label={`Call with ${name}`} data-region tabIndex={-1}>
      {other?.camera && calls.engine.remote.value ? (
        <Video source={calls.engine.remote.value} label={name} />
      ) : (
        <Avatar id={held.peer ?? ""} name={name} picture={calls.picture(held.peer)} size={72} />
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
