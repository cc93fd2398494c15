import type { ComponentChildren } from "preact";
import { useCallback, useId, useRef, useState } from "preact/hooks";
import { cx } from "../../lib/class";
import { Icon } from "../icons/Icon";
import styles from "./Menu.module.css";
import { type MenuItem, MenuPanel } from "./MenuPanel";

export type { MenuItem } from "./MenuPanel";

interface Props {
  /** The button's name; its tooltip too when it shows only an icon. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly icon?: string;
  readonly children?: ComponentChildren;
  readonly header?: ComponentChildren;
  readonly align?: "start" | "end";
  readonly class?: string;
  readonly onOpen?: () => void;
}

/** A button with a menu: arrows and letters move, Enter chooses, Escape and Tab close. */
export function Menu({
  label,
  items,
  icon,
  children,
  header,
  align = "end",
  onOpen,
  ...more
}: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<"first" | "last" | null>(null);
  const close = useCallback((refocus: boolean) => {
    setOpen(null);
    if (refocus) button.current?.focus();
  }, []);
  const show = (at: "first" | "last") => {
    onOpen?.();
    setOpen(at);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    e.preventDefault();
    show(e.key === "ArrowDown" ? "first" : "last");
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        class={cx(styles.button, !children && styles.bare, more.class)}
        aria-haspopup="menu"
        aria-expanded={open !== null}
        aria-controls={open ? id : undefined}
        aria-label={label}
        data-tip={open ? undefined : label}
        onClick={() => (open ? close(true) : show("first"))}
        onKeyDown={onKeyDown}
      >
        {icon && <Icon path={icon} />}
        {children}
      </button>
      {open && (
        <MenuPanel
          id={id}
          label={label}
          items={items}
          header={header}
          align={align}
          start={open}
          anchor={button}
          onClose={close}
        />
      )}
    </>
  );
}
