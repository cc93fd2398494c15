import type { ComponentChildren } from "preact";
import { Button } from "../button/Button";
import { Icon } from "../icons/Icon";
import * as icons from "../icons/paths";
import styles from "./Banner.module.css";

interface Props {
  readonly kind: "info" | "warning" | "error";
  readonly children: ComponentChildren;
  readonly action?: { readonly label: string; readonly run: () => void };
  readonly onDismiss?: () => void;
}

const ICONS = { info: icons.info, warning: icons.warning, error: icons.errorCircle };

/** A bar across its place that stays as long as what it says holds. */
export function Banner({ kind, children, action, onDismiss }: Props) {
  return (
    <div class={styles.banner} data-kind={kind} role={kind === "error" ? "alert" : "status"}>
      <Icon path={ICONS[kind]} />
      <div class={styles.text}>{children}</div>
      {action && (
        <Button size="small" onClick={action.run}>
          {action.label}
        </Button>
      )}
      {onDismiss && (
        <Button
          kind="subtle"
          size="small"
          icon={icons.dismiss}
          label="Dismiss"
          onClick={onDismiss}
        />
      )}
    </div>
  );
}
