import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { agoText } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { presenceText } from "../../ui/avatar/presence";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import styles from "./PersonCard.module.css";
import type { Card, PeopleStore } from "./store";

interface Props {
  readonly people: PeopleStore;
  /** Chat, audio, video: what can be done with this person. */
  readonly actions: (user: string, close: () => void) => ComponentChildren;
}

const WIDTH = 320;
const HEIGHT = 240;
const GAP = 8;

/** Beside what was clicked, inside the window. */
function place({ beside }: Card) {
  const room = innerWidth - beside.right - GAP;
  const left = room > WIDTH ? beside.right + GAP : Math.max(GAP, beside.left - WIDTH - GAP);
  const top = Math.max(GAP, Math.min(beside.top, innerHeight - HEIGHT - GAP));
  return { "--left": `${left / 16}rem`, "--top": `${top / 16}rem` };
}

/** Who somebody is, and what one can do with them. */
export function PersonCard({ people, actions }: Props) {
  const card = people.card.value;
  return card ? <OpenCard key={card.user} card={card} people={people} actions={actions} /> : null;
}

function OpenCard({ card, people, actions }: Props & { readonly card: Card }) {
  const box = useRef<HTMLDivElement>(null);
  const person = people.person(card.user);
  const presence = people.presence(card.user);

  useEffect(() => {
    const opener = document.activeElement;
    const close = () => people.hideCard();
    const onKey = (e: KeyboardEvent) => {
      if (e.key === "Escape") close();
    };
    const onDown = (e: PointerEvent) => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) close();
    };
    box.current?.focus();
    const unwatch = people.watch(card.user);
    document.addEventListener("keydown", onKey);
    document.addEventListener("pointerdown", onDown);
    return () => {
      unwatch();
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("pointerdown", onDown);
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, [card.user, people]);

  const away = presence?.last_seen ? ` · last seen ${agoText(presence.last_seen, Date.now())}` : "";
  return (
    <div
      ref={box}
      class={styles.card}
      style={place(card)}
      role="dialog"
      aria-label={person?.name ?? "Person"}
      tabIndex={-1}
    >
      <div class={styles.who}>
        <Avatar id={card.user} name={person?.name ?? "?"} size={72} presence={presence?.state} />
        <div class={styles.names}>
          <p class={styles.name}>{person?.name}</p>
          <p class={styles.quiet}>{presence && `${presenceText(presence.state)}${away}`}</p>
          {person?.active === false && <p class={styles.quiet}>No longer here</p>}
        </div>
      </div>
      <div class={styles.actions}>{actions(card.user, () => people.hideCard())}</div>
      {person && (
        <p class={styles.quiet}>
          <Icon path={icons.mail} size={16} />{" "}
          <a class={styles.mail} href={`mailto:${person.email}`}>
            {person.email}
          </a>
        </p>
      )}
    </div>
  );
}
