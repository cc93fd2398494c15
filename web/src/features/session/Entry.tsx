import type { ComponentChildren } from "preact";
import styles from "./Entry.module.css";

interface Props {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** The card on which one comes in: signing in, setting up, an invitation. */
export function Entry({ title, lead, children }: Props) {
  return (
    <main class={styles.page}>
      <div class={styles.card}>
        <p class={styles.brand}>
          <img src="/icon.svg" alt="" />
          Convene
        </p>
        <h1 class={styles.title}>{title}</h1>
        {lead && <p class={styles.lead}>{lead}</p>}
        {children}
      </div>
    </main>
  );
}
