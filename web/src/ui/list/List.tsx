import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cx } from "../../lib/class";
import { roving } from "../../lib/focus";
import styles from "./List.module.css";

interface Props {
  readonly label?: string;
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** A list that is one tab stop: the arrows move over whatever in it bears data-roving. */
export function List({ label, children, ...more }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => (list.current ? roving(list.current) : undefined), []);
  return (
    <ul ref={list} class={cx(styles.list, more.class)} aria-label={label}>
      {children}
    </ul>
  );
}
