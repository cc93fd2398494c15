import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import styles from "./Entry.module.css";

interface Props {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children?: ComponentChildren;
  /** It follows upon another: where no field takes the focus, the heading does, so that it is read. */
  readonly next?: boolean;
}

/** The card on which one comes in: signing in, setting up, an invitation. */
export function Entry({ title, lead, children, next }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (next && document.activeElement === document.body) heading.current?.focus();
  }, [next]);
  return (
    <main class={styles.page}>
      <div class={styles.card}>
        <p class={styles.brand}>
          <img src="/icon.svg" alt="" />
          Convene
        </p>
        <h1 ref={heading} class={styles.title} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p class={styles.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
