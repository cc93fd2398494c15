import type { RefObject } from "preact";
import type { Leg } from "../../../api/gen";
import { Avatar } from "../../../ui/avatar/Avatar";
import type { CallsStore } from "../store";
import { Video } from "../Video";
import type { Sight } from "./meeting";
import styles from "./Tile.module.css";

interface Props {
  readonly calls: CallsStore;
  readonly leg: Leg;
  readonly mine: boolean;
  readonly sight: Sight | null;
  readonly whole: boolean;
  readonly speaking: boolean;
  readonly video: RefObject<HTMLVideoElement | null>;
}

/** The moving picture, or the avatar in its place. */
export function Face({ calls, leg, mine, sight, whole, speaking, video }: Props) {
  const own = mine ? calls.engine.media.video.value : null;
  if (own) return <Video source={own} label="You, video" mirrored whole={whole} element={video} />;
  const name = calls.name(leg.user);
  if (sight)
    return <Video source={sight.source} label={`${name}, video`} whole={whole} element={video} />;
  return (
    <span class={styles.face} data-speaking={speaking}>
      <span class={styles.avatar}>
        <Avatar id={leg.user} name={name} picture={calls.picture(leg.user)} size={128} />
      </span>
    </span>
  );
}
