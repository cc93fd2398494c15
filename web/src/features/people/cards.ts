import { type ReadonlySignal, signal } from "@preact/signals";

const HOVER_MS = 500;
const LEAVE_MS = 250;

/** The card that is open: of whom, and what it stands beside. */
export interface Card {
  readonly user: string;
  readonly beside: DOMRect;
  /** Shown in passing: it takes no focus, and goes when the pointer has left it. */
  readonly hovered: boolean;
}

/** Whose card is open: one that was clicked, or that the pointer rests on. */
export class Cards {
  readonly #open = signal<Card | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly open: ReadonlySignal<Card | null> = this.#open;

  show(user: string, beside: DOMRect): void {
    clearTimeout(this.#timer);
    this.#open.value = { user, beside, hovered: false };
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#open.value = null;
  }

  /** The pointer rests on a face. */
  hover(user: string, face: Element): void {
    clearTimeout(this.#timer);
    if (this.#open.peek()?.hovered === false) return;
    this.#timer = setTimeout(() => {
      if (face.isConnected)
        this.#open.value = { user, beside: face.getBoundingClientRect(), hovered: true };
    }, HOVER_MS);
  }

  /** The pointer is on the card itself. */
  stay(): void {
    clearTimeout(this.#timer);
  }

  leave(): void {
    clearTimeout(this.#timer);
    if (this.#open.peek()?.hovered) this.#timer = setTimeout(() => this.hide(), LEAVE_MS);
  }
}

/** What a face needs to show its card: on click, on Enter, and when a mouse rests on it. */
export function cardOf(cards: Cards, user: string) {
  return {
    onClick: (e: MouseEvent) => {
      if (e.currentTarget instanceof Element)
        cards.show(user, e.currentTarget.getBoundingClientRect());
    },
    onPointerEnter: (e: PointerEvent) => {
      if (e.pointerType === "mouse" && e.currentTarget instanceof Element)
        cards.hover(user, e.currentTarget);
    },
    onPointerLeave: () => cards.leave(),
  };
}
