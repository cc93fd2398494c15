import { Button } from "../button/Button";
import { Icon } from "../icons/Icon";
import * as icons from "../icons/paths";
import styles from "./ToastHost.module.css";
import type { Toast, Toasts } from "./toasts";

interface Props {
  readonly toasts: Toasts;
}

const ICONS: Readonly<Record<Toast["kind"], string>> = {
  info: icons.info,
  error: icons.errorCircle,
  success: icons.checkmarkCircle,
};

export function ToastHost({ toasts }: Props) {
  return (
    <div class={styles.host} role="status">
      {toasts.list.value.map((toast) => (
        <div key={toast.id} class={styles.toast} data-kind={toast.kind}>
          <Icon path={ICONS[toast.kind]} />
          <p class={styles.text}>{toast.text}</p>
          {toast.action && (
            <Button
              size="small"
              onClick={() => {
                toast.action?.run();
                toasts.dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <Button
            kind="subtle"
            size="small"
            icon={icons.dismiss}
            label="Dismiss"
            onClick={() => toasts.dismiss(toast.id)}
          />
        </div>
      ))}
    </div>
  );
}
