import styles from "./Badge.module.css";

interface Props {
  readonly count: number;
  readonly kind?: "alert" | "brand";
  /** What is counted, for screen readers: "unread messages". */
  readonly label?: string;
}

export function Badge({ count, kind = "alert", label }: Props) {
  if (count <= 0) return null;
  return (
    <span class={styles.badge} data-kind={kind}>
      {count > 99 ? "99+" : count}
      {label && <span class="sr-only"> {label}</span>}
    </span>
  );
}

interface DotProps {
  readonly label?: string;
}

export function Dot({ label }: DotProps) {
  return <span class={styles.dot}>{label && <span class="sr-only">{label}</span>}</span>;
}
