import type { Quality as Grade } from "./engine/report";
import styles from "./Quality.module.css";

interface Props {
  readonly quality: Grade | null;
}

const BARS = { poor: 1, fair: 2, good: 3 } as const;

/** Three bars, as many of them full as the connection is good; what they say stands beside them. */
export function Quality({ quality }: Props) {
  const full = quality ? BARS[quality] : 0;
  return (
    <svg
      class={styles.bars}
      data-quality={quality ?? "unknown"}
      viewBox="0 0 20 20"
      aria-hidden="true"
    >
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          data-full={bar < full}
          x={2.5 + bar * 5.5}
          y={12 - bar * 4}
          width="4"
          height={5 + bar * 4}
          rx="1"
        />
      ))}
    </svg>
  );
}
