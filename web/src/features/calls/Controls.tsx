import type { ComponentChildren } from "preact";
import { Icon } from "../../ui/icons/Icon";
import * as later from "../../ui/icons/later";
import * as icons from "../../ui/icons/paths";
import { Menu } from "../../ui/menu/Menu";
import styles from "./Controls.module.css";
import { KEYS } from "./commands";
import { cameraItems, soundItems } from "./deviceItems";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
  readonly onConnection: () => void;
}

/** The bar of the stage: on the right of its top, or at the bottom of a phone. */
export function Controls({ calls, onConnection }: Props) {
  if (calls.held.value.phase === "dropped") return <div class={styles.bar} />;
  return (
    <div class={styles.bar} role="toolbar" aria-label="Call controls">
      <Control icon={icons.chat} text="Chat" label="Chat" onClick={() => calls.toChat()} />
      <span class={styles.more}>
        <Menu
          label="More"
          icon={later.moreHorizontal}
          items={[{ id: "connection", label: "Connection", icon: icons.info, run: onConnection }]}
        >
          <span class={styles.text}>More</span>
        </Menu>
      </span>
      <span class={styles.line} />
      <DeviceControls calls={calls} />
      <button
        type="button"
        class={styles.leave}
        aria-label="Leave"
        data-tip={`Leave (${KEYS.leave})`}
        onClick={() => calls.hangup()}
      >
        <Icon path={later.callEndFilled} />
        <span class={styles.leaveText}>Leave</span>
      </button>
    </div>
  );
}

/** Camera and microphone, with the choice of them. */
export function DeviceControls({ calls }: Pick<Props, "calls">) {
  const { mic, camera } = calls.engine.media;
  return (
    <>
      <Control
        icon={camera.value ? icons.videoFilled : later.videoOff}
        on={camera.value}
        text="Camera"
        label={camera.value ? "Turn camera off" : "Turn camera on"}
        shortcut={KEYS.camera}
        onClick={() => calls.toggleCamera()}
      >
        <Menu label="Choose a camera" icon={later.chevronDown} items={cameraItems(calls)} />
      </Control>
      <Control
        icon={mic.value ? later.micFilled : later.micOff}
        on={mic.value}
        text="Mic"
        label={mic.value ? "Mute mic" : "Unmute mic"}
        shortcut={KEYS.mic}
        onClick={() => calls.toggleMic()}
      >
        <Menu
          label="Choose microphone and speaker"
          icon={later.chevronDown}
          items={soundItems(calls)}
        />
      </Control>
    </>
  );
}

interface ControlProps {
  readonly icon: string;
  readonly text: string;
  readonly label: string;
  readonly shortcut?: string;
  readonly on?: boolean;
  /** Of what is either on or off and keeps its name. */
  readonly pressed?: boolean;
  readonly onClick: () => void;
  /** Its menu. */
  readonly children?: ComponentChildren;
}

/** One button of the bar, with its menu. */
export function Control(props: ControlProps) {
  const { icon, text, label, shortcut, on, pressed, onClick, children } = props;
  return (
    <div class={styles.control} data-on={on ?? pressed}>
      <button
        type="button"
        class={styles.main}
        aria-label={label}
        aria-pressed={pressed}
        data-tip={shortcut ? `${label} (${shortcut})` : undefined}
        onClick={onClick}
      >
        <Icon path={icon} />
        <span class={styles.text}>{text}</span>
      </button>
      {children}
    </div>
  );
}
