import { useEffect, useRef } from "preact/hooks";
import { roving } from "../lib/focus";
import { Badge, Dot } from "../ui/badge/Badge";
import { Icon } from "../ui/icons/Icon";
import styles from "./Rail.module.css";

export interface RailItem {
  readonly id: string;
  readonly label: string;
  readonly icon: string;
  readonly iconFilled: string;
  readonly selected?: boolean;
  readonly badge?: number;
  /** What the badge counts, for screen readers. */
  readonly badgeLabel?: string;
  /** New things, none of them addressed to me. */
  readonly dot?: boolean;
  readonly href?: string;
  readonly onSelect?: () => void;
}

interface Props {
  readonly items: readonly RailItem[];
  readonly end: readonly RailItem[];
}

/** The apps: a column at the side, a row of tabs at the foot of a phone. */
export function Rail({ items, end }: Props) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => (nav.current ? roving(nav.current, { axis: "both" }) : undefined), []);
  return (
    <nav ref={nav} class={styles.rail} aria-label="Apps" data-region tabIndex={-1}>
      <ul class={styles.items}>
        {items.map((item) => (
          <Entry key={item.id} item={item} />
        ))}
      </ul>
      {end.length > 0 && (
        <ul class={styles.items}>
          {end.map((item) => (
            <Entry key={item.id} item={item} />
          ))}
        </ul>
      )}
    </nav>
  );
}

interface EntryProps {
  readonly item: RailItem;
}

function Entry({ item }: EntryProps) {
  const common = {
    class: styles.item,
    "data-roving": true,
    "aria-current": item.selected ? ("page" as const) : undefined,
    onClick: item.onSelect,
  };
  const inside = (
    <>
      <span class={styles.icon}>
        <Icon path={item.selected ? item.iconFilled : item.icon} size={24} />
        <span class={styles.count}>
          {item.badge ? (
            <Badge count={item.badge} label={item.badgeLabel ?? "new"} />
          ) : (
            item.dot && <Dot label="new activity" />
          )}
        </span>
      </span>
      <span class={styles.label}>{item.label}</span>
    </>
  );
  return (
    <li class={styles.entry}>
      {item.href === undefined ? (
        <button type="button" {...common}>
          {inside}
        </button>
      ) : (
        <a href={item.href} {...common}>
          {inside}
        </a>
      )}
    </li>
  );
}
