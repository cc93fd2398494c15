import type { ComponentChildren } from "preact";
import { cx } from "../../lib/class";
import styles from "./List.module.css";

interface Props {
  readonly title: ComponentChildren;
  readonly detail?: ComponentChildren;
  /** What is pressed on its own, behind the row. */
  readonly tools?: ComponentChildren;
  readonly href?: string;
  readonly current?: boolean;
  /** Unread: bold. */
  readonly strong?: boolean;
  /** Before the text, an avatar. */
  readonly start?: ComponentChildren;
  /** After it, a time and a count, one below the other. */
  readonly end?: ComponentChildren;
  readonly onClick?: (e: MouseEvent) => void;
  readonly onContextMenu?: (e: MouseEvent) => void;
}

export function ListRow({ title, detail, href, current, strong, start, end, tools, ...on }: Props) {
  const common = {
    class: cx(styles.row, strong && styles.strong),
    "data-roving": true,
    "aria-current": current ? ("true" as const) : undefined,
    onClick: on.onClick,
    onContextMenu: on.onContextMenu,
  };
  const inside = (
    <>
      {start}
      <span class={styles.text}>
        <span class={styles.title}>{title}</span>
        {detail !== undefined && <span class={styles.detail}>{detail}</span>}
      </span>
      {end !== undefined && <span class={styles.end}>{end}</span>}
    </>
  );
  return (
    <li class={tools ? styles.tooled : undefined}>
      {href === undefined ? (
        <button type="button" {...common}>
          {inside}
        </button>
      ) : (
        <a href={href} {...common}>
          {inside}
        </a>
      )}
      {tools}
    </li>
  );
}
