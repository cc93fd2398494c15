import { useEffect, useState } from "preact/hooks";
import styles from "./Spinner.module.css";

interface Props {
  readonly label?: string;
  /** Milliseconds before it shows: what is quick needs none. */
  readonly delay?: number;
  readonly size?: "small" | "medium" | "large";
}

export function Spinner({ label, delay = 1000, size = "medium" }: Props) {
  const [shown, setShown] = useState(delay === 0);
  useEffect(() => {
    if (delay === 0) return;
    const timer = setTimeout(() => setShown(true), delay);
    return () => clearTimeout(timer);
  }, [delay]);

  if (!shown) return null;
  return (
    <span class={styles.spinner} role={label ? "status" : undefined}>
      <span class={styles.ring} data-size={size} aria-hidden="true" />
      {label}
    </span>
  );
}
