import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/paths";
import styles from "./SidePanel.module.css";

interface Props {
  readonly title: string;
  /** Beside the title. */
  readonly tools?: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** What is shown beside the stage, or over its foot on a phone; Escape closes it. */
export function SidePanel({ title, tools, onClose, children }: Props) {
  const box = useRef<HTMLElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const opener = document.activeElement;
    box.current?.querySelector("button")?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    onClose();
  };
  return (
    <aside ref={box} class={styles.panel} aria-labelledby={id} onKeyDown={onKeyDown}>
      <header class={styles.head}>
        <h2 id={id} class={styles.title}>
          {title}
        </h2>
        {tools}
        <Button
          kind="subtle"
          icon={icons.dismiss}
          label={`Close ${title.toLowerCase()}`}
          onClick={onClose}
        />
      </header>
      {children}
    </aside>
  );
}
