import styles from "./Skeleton.module.css";

interface Props {
  readonly rows?: number;
  readonly kind?: "row" | "message" | "text";
}

/** Grey shapes where rows will be. */
export function Skeleton({ rows = 6, kind = "row" }: Props) {
  return (
    <div class={styles.skeleton} data-kind={kind} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} class={styles.row}>
          {kind !== "text" && <span class={styles.face} />}
          <span class={styles.lines}>
            <span class={styles.line} />
            {kind !== "text" && <span class={styles.line} />}
          </span>
        </div>
      ))}
    </div>
  );
}
