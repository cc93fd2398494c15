import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { firstFocusable } from "../../lib/focus";
import { Button } from "../button/Button";
import * as icons from "../icons/paths";
import styles from "./Dialog.module.css";

interface Props {
  readonly open: boolean;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** The row of buttons at the foot. */
  readonly actions?: ComponentChildren;
  readonly size?: "small" | "medium" | "large";
  /** False takes Escape, the backdrop and the cross away. */
  readonly dismissable?: boolean;
}

/**
 * The browser's own modal dialog: it holds the focus inside and gives it back when it closes.
 * What is inside is made anew at each opening.
 */
export function Dialog(props: Props) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog({
  title,
  onClose,
  children,
  actions,
  size = "small",
  dismissable = true,
}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    const opener = document.activeElement;
    const held = dialog.current;
    held?.showModal();
    const named = held?.querySelector<HTMLElement>("[autofocus]");
    (named ?? (body.current && firstFocusable(body.current)))?.focus();
    return () => {
      held?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  const onCancel = (e: Event) => {
    e.preventDefault();
    if (dismissable) onClose();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== "Escape" || e.defaultPrevented) return;
    onCancel(e);
    e.stopPropagation();
  };
  const onPointerDown = (e: PointerEvent) => {
    if (dismissable && e.target === dialog.current) onClose();
  };

  return (
    <dialog
      ref={dialog}
      class={styles.dialog}
      data-size={size}
      aria-labelledby={id}
      onCancel={onCancel}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
    >
      <div class={styles.card}>
        <header class={styles.head}>
          <h2 id={id} class={styles.title}>
            {title}
          </h2>
          {dismissable && (
            <Button kind="subtle" icon={icons.dismiss} label="Close" onClick={onClose} />
          )}
        </header>
        <div ref={body} class={styles.body}>
          {children}
        </div>
        {actions && <footer class={styles.actions}>{actions}</footer>}
      </div>
    </dialog>
  );
}
