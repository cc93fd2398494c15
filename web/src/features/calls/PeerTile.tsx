import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Avatar } from "../../ui/avatar/Avatar";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/later";
import { Menu } from "../../ui/menu/Menu";
import { Spinner } from "../../ui/spinner/Spinner";
import { CannotConnect } from "./CannotConnect";
import { viewItems } from "./deviceItems";
import { otherOf } from "./engine/machine";
import type { Meeting } from "./meeting/meeting";
import type { CallsStore } from "./store";
import styles from "./Tiles.module.css";
import { phaseText } from "./texts";
import { useSpeaking } from "./useSpeaking";
import { Video } from "./Video";

interface Props {
  readonly calls: CallsStore;
  readonly full: boolean;
  readonly onFull: () => void;
}

/** The other person, large. */
export function PeerTile({ calls, full, onFull }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const whole = useSignal(false);
  const held = calls.held.value;
  const other = otherOf(held);
  const stream = calls.engine.remote.value;
  const speaking = useSpeaking(stream);
  const name = calls.name(held.peer);
  const shown = Boolean(other?.camera && stream && held.phase !== "connecting");
  const way = calls.engine.way.value;
  const trouble = other?.state === "joined" && held.phase !== "connected" && way?.trouble.value;
  const mute = other !== undefined && !other.mic;

  const picture = () => {
    void video.current?.requestPictureInPicture().catch(() => undefined);
  };
  const items = viewItems({
    whole: whole.value,
    full,
    onWhole: () => {
      whole.value = !whole.value;
    },
    onFull,
    onPicture: shown && document.pictureInPictureEnabled ? picture : undefined,
  });

  return (
    <div class={styles.peer} data-speaking={speaking.value && !mute} data-phase={held.phase}>
      {shown ? (
        <Video source={stream} label={`${name}, video`} whole={whole.value} element={video} />
      ) : (
        <span class={styles.face}>
          <Avatar id={held.peer ?? ""} name={name} picture={calls.picture(held.peer)} size={128} />
        </span>
      )}
      {way && trouble ? (
        <CannotConnect way={way} trouble={trouble} />
      ) : (
        <Doing phase={held.phase} name={name} />
      )}
      <p class={styles.label}>
        {mute && <Icon path={icons.micOff} size={16} label="Muted:" />}
        {name}
      </p>
      <span class={styles.more}>
        <Menu
          label="View of this picture"
          icon={icons.moreHorizontal}
          items={items}
          header={<Volume meeting={calls.meeting.value} user={held.peer ?? ""} name={name} />}
        />
      </span>
    </div>
  );
}

function Doing({
  phase,
  name,
}: {
  readonly phase: Parameters<typeof phaseText>[0];
  readonly name: string;
}) {
  const text = phaseText(phase);
  return (
    <div class={styles.doing} data-veil={phase === "reconnecting"} role="status">
      {text !== "" && (
        <>
          {phase === "outgoing" ? <p class={styles.big}>{name}</p> : <Spinner delay={0} />}
          <p>{text}</p>
        </>
      )}
    </div>
  );
}

interface VolumeProps {
  readonly meeting: Meeting | null;
  readonly user: string;
  readonly name: string;
}

export function Volume({ meeting, user, name }: VolumeProps) {
  return (
    <label class={styles.volume}>
      <Icon path={icons.speaker2} label={`Volume of ${name}`} />
      <input
        type="range"
        min={0}
        max={100}
        value={Math.round((meeting?.volumeOf(user) ?? 1) * 100)}
        onInput={(e) => meeting?.setVolume(user, Number(e.currentTarget.value) / 100)}
      />
    </label>
  );
}
