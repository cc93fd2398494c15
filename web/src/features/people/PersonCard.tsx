import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { place } from "../../lib/place";
import { mailto } from "../../lib/text";
import { agoText } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { presenceText } from "../../ui/avatar/presence";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/later";
import type { Card } from "./cards";
import styles from "./PersonCard.module.css";
import type { PeopleStore } from "./store";

interface Props {
  readonly people: PeopleStore;
  /** Chat, audio, video: what can be done with this person. */
  readonly actions: (user: string, close: () => void) => ComponentChildren;
}

const WIDTH = 320;
const HEIGHT = 240;
const GAP = 8;
const WIDE = 64;

/** Beside a face, below anything wider; inside the window. */
function placeOf({ beside }: Card) {
  if (beside.width > WIDE) {
    const window = { width: innerWidth, height: innerHeight };
    const at = place(beside, { width: WIDTH, height: HEIGHT }, window, "start");
    return { "--left": `${at.left}px`, "--top": `${at.top}px` };
  }
  const room = innerWidth - beside.right - GAP;
  const left = room > WIDTH ? beside.right + GAP : Math.max(GAP, beside.left - WIDTH - GAP);
  const top = Math.max(GAP, Math.min(beside.top, innerHeight - HEIGHT - GAP));
  return { "--left": `${left}px`, "--top": `${top}px` };
}

/** Who somebody is, and what one can do with them. */
export function PersonCard({ people, actions }: Props) {
  const card = people.cards.open.value;
  return card ? <OpenCard key={card.user} card={card} people={people} actions={actions} /> : null;
}

function OpenCard({ card, people, actions }: Props & { readonly card: Card }) {
  const box = useRef<HTMLDivElement>(null);
  const person = people.person(card.user);
  const presence = people.presence(card.user);

  useEffect(() => {
    const opener = document.activeElement;
    const close = () => people.cards.hide();
    const onKey = (e: KeyboardEvent) => {
      if (e.key === "Escape") close();
    };
    const onDown = (e: PointerEvent) => {
      if (e.target instanceof Node && !box.current?.contains(e.target)) close();
    };
    if (!card.hovered) box.current?.focus();
    const unwatch = people.watch(card.user);
    void people.meet(card.user);
    document.addEventListener("keydown", onKey);
    document.addEventListener("pointerdown", onDown);
    return () => {
      unwatch();
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("pointerdown", onDown);
      if (!card.hovered && opener instanceof HTMLElement) opener.focus();
    };
  }, [card, people]);

  const away = presence?.last_seen ? ` · last seen ${agoText(presence.last_seen, Date.now())}` : "";
  return (
    <div
      ref={box}
      class={styles.card}
      style={placeOf(card)}
      role="dialog"
      aria-label={person?.name ?? "Person"}
      tabIndex={-1}
      onPointerEnter={() => people.cards.stay()}
      onPointerLeave={() => people.cards.leave()}
    >
      <div class={styles.who}>
        <Avatar
          id={card.user}
          name={person?.name ?? "?"}
          picture={person?.picture}
          size={72}
          presence={people.stateOf(card.user)}
        />
        <div class={styles.names}>
          <p class={styles.name}>{person?.name}</p>
          <p class={styles.quiet}>{presence && `${presenceText(presence.state)}${away}`}</p>
          {person?.role === "guest" && <p class={styles.quiet}>Guest</p>}
          {person?.active === false && <p class={styles.quiet}>No longer here</p>}
        </div>
      </div>
      <div class={styles.actions}>{actions(card.user, () => people.cards.hide())}</div>
      {person && person.email !== "" && (
        <p class={styles.contact}>
          <Icon path={icons.mail} size={16} />
          <a class={styles.mail} href={mailto(person.email)}>
            {person.email}
          </a>
        </p>
      )}
    </div>
  );
}
