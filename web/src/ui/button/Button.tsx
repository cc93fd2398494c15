import type { ComponentChildren } from "preact";
import { cx } from "../../lib/class";
import { Icon } from "../icons/Icon";
import { Spinner } from "../spinner/Spinner";
import styles from "./Button.module.css";

export interface ButtonProps {
  readonly children?: ComponentChildren;
  readonly kind?: "primary" | "secondary" | "subtle" | "danger";
  readonly icon?: string;
  /** Shown instead of `icon` while pressed. */
  readonly iconFilled?: string;
  /** The name of a button that shows only an icon; it is its tooltip too. */
  readonly label?: string;
  /** The key that does the same, for the tooltip. */
  readonly shortcut?: string;
  readonly pressed?: boolean;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly type?: "button" | "submit";
  /** The form that it sends, where it stands outside. */
  readonly form?: string;
  readonly size?: "small" | "medium" | "large";
  readonly round?: boolean;
  readonly full?: boolean;
  readonly href?: string;
  readonly id?: string;
  readonly autofocus?: boolean;
  readonly class?: string;
  readonly onClick?: (e: MouseEvent) => void;
}

function tipOf({ label, children, shortcut }: ButtonProps): string | undefined {
  if (label && !children) return shortcut ? `${label} (${shortcut})` : label;
  return shortcut;
}

function Inside({ icon, iconFilled, pressed, busy, children }: ButtonProps) {
  const shown = pressed && iconFilled ? iconFilled : icon;
  return (
    <>
      {busy ? <Spinner size="small" delay={0} /> : shown && <Icon path={shown} />}
      {children}
    </>
  );
}

export function Button(props: ButtonProps) {
  const { kind = "secondary", size = "medium", label, children, pressed, busy } = props;
  const common = {
    id: props.id,
    class: cx(
      styles.button,
      !children && styles.bare,
      props.round && styles.round,
      props.full && styles.full,
      props.class,
    ),
    "data-kind": kind,
    "data-size": size,
    "data-tip": tipOf(props),
    "aria-label": label,
  };
  if (props.href !== undefined && !props.disabled)
    return (
      <a {...common} href={props.href} onClick={props.onClick}>
        <Inside {...props} />
      </a>
    );
  return (
    <button
      {...common}
      type={props.type ?? "button"}
      form={props.form}
      aria-pressed={pressed}
      aria-busy={busy}
      disabled={props.disabled || busy}
      autofocus={props.autofocus}
      onClick={props.onClick}
    >
      <Inside {...props} />
    </button>
  );
}
