import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import styles from "./MessageList.module.css";

/**
 * Rows that the browser leaves out while they are far from what is in sight.  They are laid out once
 * before, so that their height is known and nothing moves: one guessed would be a jump of screens.
 */
export function RowBlock({ children }: { readonly children: ComponentChildren }) {
  const self = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = self.current;
    if (!el) return;
    const frame = requestAnimationFrame(() => {
      el.style.containIntrinsicBlockSize = `auto ${el.offsetHeight}px`;
      el.style.contentVisibility = "auto";
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <div ref={self} class={styles.block}>
      {children}
    </div>
  );
}
