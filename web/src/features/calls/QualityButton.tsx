import { qualityText } from "./connectionTexts";
import { qualityOf } from "./engine/report";
import type { Looked } from "./engine/way";
import { Quality } from "./Quality";
import styles from "./Quality.module.css";
import { useConnection } from "./useConnection";

interface Props {
  readonly way: Looked | null;
  /** Whether the panel is. */
  readonly open: boolean;
  readonly onToggle: () => void;
}

const EVERY_MS = 3_000;

/** How good the connection is; more of it at a click. */
export function QualityButton({ way, open, onToggle }: Props) {
  const quality = qualityOf(useConnection(way, EVERY_MS).value);
  if (!way) return null;
  const name = `Connection: ${qualityText(quality)}`;
  return (
    <button
      type="button"
      class={styles.button}
      aria-label={name}
      aria-expanded={open}
      data-tip={name}
      onClick={onToggle}
    >
      <Quality quality={quality} />
    </button>
  );
}
