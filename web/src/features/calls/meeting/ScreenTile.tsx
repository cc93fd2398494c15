import { useRef } from "preact/hooks";
import type { Leg } from "../../../api/gen";
import { Icon } from "../../../ui/icons/Icon";
import * as later from "../../../ui/icons/later";
import * as icons from "../../../ui/icons/paths";
import { Menu } from "../../../ui/menu/Menu";
import { Spinner } from "../../../ui/spinner/Spinner";
import type { CallsStore } from "../store";
import { Video } from "../Video";
import type { Meeting } from "./meeting";
import { isTile, type Tile } from "./plan";
import styles from "./Tile.module.css";
import { tileItems } from "./tileItems";
import { useFull } from "./useFull";
import { useWatch } from "./useWatch";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
  readonly tile: Tile;
  readonly leg: Leg;
}

/** What somebody shares: always the whole of it. */
export function ScreenTile({ calls, meeting, tile, leg }: Props) {
  const box = useRef<HTMLLIElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const full = useFull(box);
  useWatch(meeting, box, { leg, source: "screen" });
  const sight = meeting.sight(leg, "screen");
  const name = `${calls.name(leg.user)}'s screen`;
  const pinned = isTile(meeting.view.pinned.value, tile);
  const items = tileItems({
    meeting,
    tile,
    leg,
    mine: false,
    rules: false,
    view: {
      whole: true,
      full: full.value,
      onWhole: () => {},
      onFull: full.toggle,
      onPicture:
        sight && document.pictureInPictureEnabled
          ? () => void video.current?.requestPictureInPicture().catch(() => undefined)
          : undefined,
    },
  });
  return (
    <li ref={box} class={styles.tile} data-screen>
      {sight ? (
        <Video source={sight.source} label={name} whole element={video} />
      ) : (
        <span class={styles.face}>
          <Spinner />
        </span>
      )}
      <p class={styles.label}>
        {pinned && <Icon path={icons.pin} size={16} label="Pinned:" />}
        <span class={styles.name}>{name}</span>
      </p>
      {sight?.paused && (
        <p class={styles.weak} role="status">
          Weak connection
        </p>
      )}
      <span class={styles.more}>
        <Menu label={`View of ${name}`} icon={later.moreHorizontal} items={items} />
      </span>
    </li>
  );
}
