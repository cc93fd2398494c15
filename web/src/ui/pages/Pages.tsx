import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cx } from "../../lib/class";
import styles from "./Pages.module.css";

export interface PagePart {
  readonly href: string;
  readonly label: string;
  readonly current: boolean;
}

interface Props {
  readonly title: string;
  readonly parts: readonly PagePart[];
  /** For lists with more beside each other than a text has. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

/** Pages beside each other, of which one is shown: settings, administration. */
export function Pages({ title, parts, wide, children }: Props) {
  const nav = useRef<HTMLElement>(null);
  const current = parts.find((p) => p.current)?.href;
  /* On a phone they are a strip, of which the end may be out of sight. */
  useEffect(() => {
    nav.current
      ?.querySelector("[aria-current]")
      ?.scrollIntoView?.({ inline: "nearest", block: "nearest" });
  }, [current]);
  return (
    <div class={cx(styles.view, wide && styles.wide)}>
      <h1 class={styles.title}>{title}</h1>
      <nav ref={nav} class={styles.parts} aria-label={title}>
        {parts.map(({ href, label, current }) => (
          <a key={href} class={styles.part} href={href} aria-current={current ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <div class={styles.column}>{children}</div>
    </div>
  );
}
