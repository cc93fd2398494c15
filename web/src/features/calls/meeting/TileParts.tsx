import type { Leg } from "../../../api/gen";
import { Icon } from "../../../ui/icons/Icon";
import * as later from "../../../ui/icons/later";
import * as icons from "../../../ui/icons/paths";
import type { Meeting } from "./meeting";
import styles from "./Tile.module.css";
import { glyphOf, nameOf } from "./texts";

interface LabelProps {
  readonly name: string;
  readonly leg: Leg;
  readonly pinned: boolean;
  readonly paused: boolean;
}

/** Who it is, and what goes on with them. */
export function TileLabel({ name, leg, pinned, paused }: LabelProps) {
  return (
    <>
      <p class={styles.label}>
        {pinned && <Icon path={icons.pin} size={16} label="Pinned:" />}
        {!leg.mic && <Icon path={later.micOff} size={16} label="Muted:" />}
        {!leg.camera && <Icon path={later.videoOff} size={16} label="Camera off:" />}
        <span class={styles.name}>{name}</span>
      </p>
      {leg.hand !== null && (
        <p class={styles.hand}>
          <Icon path={later.handRight} label="Hand raised" />
        </p>
      )}
      {paused && leg.state === "joined" && (
        <p class={styles.weak} role="status">
          Weak connection
        </p>
      )}
      {leg.state === "lost" && (
        <p class={styles.veil} role="status">
          Reconnecting…
        </p>
      )}
    </>
  );
}

/** What somebody thinks of it, floating up from their tile for a moment. */
export function TileReactions({ meeting, leg }: { readonly meeting: Meeting; readonly leg: Leg }) {
  return (
    <span class={styles.reactions} role="status">
      {meeting.reactions.value
        .filter((r) => r.leg === leg.id)
        .map((r) => (
          <span key={r.id} class={styles.reaction} role="img" aria-label={nameOf(r.reaction)}>
            {glyphOf(r.reaction)}
          </span>
        ))}
    </span>
  );
}
