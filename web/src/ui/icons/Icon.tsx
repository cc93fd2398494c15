import styles from "./Icon.module.css";

interface Props {
  /** Path data from ./paths or ./later, drawn on a field of 20 by 20. */
  readonly path: string;
  readonly size?: 12 | 16 | 20 | 24 | 28 | 32;
  /** Only where no text stands beside it. */
  readonly label?: string;
}

export function Icon({ path, size = 20, label }: Props) {
  return (
    <>
      <svg class={styles.icon} data-size={size} viewBox="0 0 20 20" aria-hidden="true">
        <path d={path} />
      </svg>
      {label && <span class="sr-only">{label}</span>}
    </>
  );
}
