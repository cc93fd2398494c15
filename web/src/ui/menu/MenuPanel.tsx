import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { roving } from "../../lib/focus";
import { place } from "../../lib/place";
import { Icon } from "../icons/Icon";
import * as icons from "../icons/paths";
import styles from "./Menu.module.css";

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly icon?: string;
  /** What stands in the icon's place when it is no icon: a presence badge. */
  readonly glyph?: ComponentChildren;
  readonly shortcut?: string;
  readonly disabled?: boolean;
  readonly run: () => void;
}

export type MenuItem =
  | (Choice & { readonly kind?: "item"; readonly danger?: boolean })
  | (Choice & { readonly kind: "radio"; readonly checked: boolean })
  | { readonly kind: "separator"; readonly id: string }
  | { readonly kind: "heading"; readonly id: string; readonly label: string };

interface Props {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly header: ComponentChildren;
  readonly align: "start" | "end";
  readonly start: "first" | "last";
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: (refocus: boolean) => void;
}

/** The next row whose text begins with a letter, after the row that has the focus. */
function byLetter(rows: readonly HTMLElement[], letter: string): HTMLElement | undefined {
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const order = [...rows.slice(at + 1), ...rows.slice(0, at + 1)];
  return order.find((row) => row.textContent?.trim().toLowerCase().startsWith(letter));
}

export function MenuPanel({ id, label, items, header, align, start, anchor, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const rows = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-roving]") ?? [])];

  useLayoutEffect(() => {
    const [panel, by] = [box.current, anchor.current];
    if (!panel || !by || !list.current) return;
    panel.showPopover();
    const at = place(
      by.getBoundingClientRect(),
      panel.getBoundingClientRect(),
      { width: document.documentElement.clientWidth, height: window.innerHeight },
      align,
    );
    panel.style.left = `${at.left}px`;
    panel.style.top = `${at.top}px`;
    rows()
      .at(start === "first" ? 0 : -1)
      ?.focus();
    return roving(list.current, { wrap: true });
  }, []);

  useEffect(() => {
    const outside = (e: Event) => {
      const to = e.target instanceof Node ? e.target : null;
      if (!box.current?.contains(to) && !anchor.current?.contains(to)) onClose(false);
    };
    const away = () => onClose(false);
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", away);
    window.addEventListener("blur", away);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("resize", away);
      window.removeEventListener("blur", away);
    };
  }, [onClose]);

  const onKeyDown = (e: KeyboardEvent) => {
    e.stopPropagation();
    if (e.key === "Escape" || e.key === "Tab") {
      e.preventDefault();
      onClose(true);
    } else if (e.key.length === 1 && e.key !== " " && !e.ctrlKey && !e.metaKey && !e.altKey) {
      byLetter(rows(), e.key.toLowerCase())?.focus();
    }
  };
  const choose = (run: () => void) => {
    onClose(true);
    run();
  };

  return (
    <div ref={box} popover="manual" class={styles.panel}>
      {header && <div class={styles.header}>{header}</div>}
      <div
        ref={list}
        id={id}
        role="menu"
        tabIndex={-1}
        aria-label={label}
        class={styles.list}
        onKeyDown={onKeyDown}
      >
        {items.map((item) => (
          <Row key={item.id} item={item} choose={choose} />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly item: MenuItem;
  readonly choose: (run: () => void) => void;
}

function Row({ item, choose }: RowProps) {
  if (item.kind === "separator") return <hr class={styles.separator} />;
  if (item.kind === "heading")
    return (
      <div class={styles.heading} role="presentation">
        {item.label}
      </div>
    );
  const inside = (
    <>
      {item.icon ? <Icon path={item.icon} /> : item.glyph}
      <span class={styles.label}>{item.label}</span>
      {item.kind === "radio" && item.checked && <Icon path={icons.checkmark} size={16} />}
      {item.shortcut && <kbd class={styles.key}>{item.shortcut}</kbd>}
    </>
  );
  const common = {
    type: "button",
    class: styles.row,
    "data-roving": true,
    tabIndex: -1,
    "aria-disabled": item.disabled,
    onClick: () => !item.disabled && choose(item.run),
  } as const;
  return item.kind === "radio" ? (
    <button {...common} role="menuitemradio" aria-checked={item.checked}>
      {inside}
    </button>
  ) : (
    <button {...common} role="menuitem" data-danger={item.danger}>
      {inside}
    </button>
  );
}
