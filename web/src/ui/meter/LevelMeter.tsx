import type { ReadonlySignal } from "@preact/signals";
import styles from "./LevelMeter.module.css";

const BARS = 16;

interface Props {
  /** 0 (silence) to 1 (as loud as it gets). */
  readonly level: number | ReadonlySignal<number>;
  readonly label: string;
}

export function LevelMeter({ level, label }: Props) {
  const now = Math.max(0, Math.min(1, typeof level === "number" ? level : level.value));
  return (
    <div class={styles.meter}>
      <meter class="sr-only" aria-label={label} min={0} max={100} value={Math.round(now * 100)} />
      {Array.from({ length: BARS }, (_, bar) => (
        <span key={bar} class={styles.bar} data-on={now * BARS > bar} />
      ))}
    </div>
  );
}
