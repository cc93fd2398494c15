import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Leg } from "../../../api/gen";
import * as later from "../../../ui/icons/later";
import { Menu } from "../../../ui/menu/Menu";
import { Volume } from "../PeerTile";
import type { CallsStore } from "../store";
import { useSpeaking } from "../useSpeaking";
import { Face } from "./Face";
import type { Meeting } from "./meeting";
import { isTile, type Tile } from "./plan";
import styles from "./Tile.module.css";
import { TileLabel, TileReactions } from "./TileParts";
import { tileItems } from "./tileItems";
import { useFull } from "./useFull";
import { useWatch } from "./useWatch";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
  readonly tile: Tile;
  readonly leg: Leg;
}

/** Somebody in the meeting: their picture or their avatar, and what is to be known of them. */
export function PersonTile({ calls, meeting, tile, leg }: Props) {
  const box = useRef<HTMLLIElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const whole = useSignal(false);
  const full = useFull(box);
  const mine = leg.id === meeting.mine.value?.id;
  useWatch(meeting, box, leg.camera && !mine ? { leg, source: "camera" } : null);
  const sight = mine ? null : meeting.sight(leg, "camera");
  const inRoom = meeting.room.value !== null;
  const { engine } = calls;
  const heard = useSpeaking(!inRoom && engine.to === leg.id ? engine.remote.value : null);
  const speaking = leg.mic && (inRoom ? meeting.levels.value.has(leg.id) : heard.value);
  const name = mine ? "You" : calls.name(leg.user);
  const items = tileItems({
    meeting,
    tile,
    leg,
    mine,
    rules: calls.rules,
    view: {
      whole: whole.value,
      full: full.value,
      onWhole: () => {
        whole.value = !whole.value;
      },
      onFull: full.toggle,
      onPicture:
        sight && document.pictureInPictureEnabled
          ? () => void video.current?.requestPictureInPicture().catch(() => undefined)
          : undefined,
    },
  });
  return (
    <li
      ref={box}
      class={styles.tile}
      data-speaking={speaking}
      data-hand={leg.hand !== null}
      data-lost={leg.state === "lost"}
    >
      <Face
        calls={calls}
        leg={leg}
        mine={mine}
        sight={sight}
        whole={whole.value}
        video={video}
        speaking={speaking}
      />
      <TileLabel
        name={name}
        leg={leg}
        pinned={isTile(meeting.view.pinned.value, tile)}
        paused={sight?.paused ?? false}
      />
      <TileReactions meeting={meeting} leg={leg} />
      <span class={styles.more}>
        <Menu
          label={`View of ${mine ? "your picture" : name}`}
          icon={later.moreHorizontal}
          items={items}
          header={!mine && <Volume meeting={meeting} user={leg.user} name={name} />}
        />
      </span>
    </li>
  );
}
