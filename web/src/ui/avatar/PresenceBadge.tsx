import type { JSX } from "preact";
import styles from "./PresenceBadge.module.css";
import { type PresenceState, presenceText } from "./presence";

interface Props {
  readonly state: PresenceState;
  readonly size?: 10 | 12 | 16 | 20;
  /** True where the state's text stands beside it. */
  readonly decorative?: boolean;
}

const TICK = "M3.6 6.2l1.7 1.7 3.2-3.5";
const HANDS = "M6 3.2V6.2l1.9 1.3";
const BAR = "M3.5 6h5";

/* The shape tells the state as well as the colour; what is not known yet is the ring of offline
   alone, so that no badge jumps in once it is. */
const MARKS: Readonly<Record<PresenceState, JSX.Element | null>> = {
  available: <path class={styles.mark} d={TICK} />,
  away: <path class={styles.mark} d={HANDS} />,
  brb: <path class={styles.mark} d={HANDS} />,
  busy: null,
  in_call: null,
  dnd: <path class={styles.mark} d={BAR} />,
  unknown: null,
  offline: <path class={styles.line} d="M4.4 4.4l3.2 3.2M7.6 4.4L4.4 7.6" />,
};

export function PresenceBadge({ state, size = 12, decorative = false }: Props) {
  return (
    <>
      <svg
        class={styles.badge}
        data-state={state}
        data-size={size}
        viewBox="0 0 12 12"
        aria-hidden="true"
      >
        {state === "offline" || state === "unknown" ? (
          <circle class={styles.ring} cx="6" cy="6" r="5.1" />
        ) : (
          <circle cx="6" cy="6" r="6" />
        )}
        {MARKS[state]}
      </svg>
      {!decorative && <span class="sr-only">{presenceText(state)}</span>}
    </>
  );
}
