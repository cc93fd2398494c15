import type { ComponentChildren } from "preact";
import { Icon } from "../icons/Icon";
import styles from "./EmptyState.module.css";

interface Props {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly icon?: string;
  readonly action?: ComponentChildren;
}

export function EmptyState({ title, children, icon, action }: Props) {
  return (
    <div class={styles.empty}>
      {icon && (
        <span class={styles.icon}>
          <Icon path={icon} size={32} />
        </span>
      )}
      <p class={styles.title}>{title}</p>
      {children && <p class={styles.text}>{children}</p>}
      {action}
    </div>
  );
}
