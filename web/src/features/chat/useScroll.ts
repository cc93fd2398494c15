import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { roving } from "../../lib/focus";
import { feedKeys } from "./feedKeys";
import type { Item } from "./items";

const NEAR_TOP = 600;
const NEAR_END = 60;

interface Heard {
  /** The top is near: load more. */
  readonly onTop: () => void;
  /** The end is in sight, in a window that has the focus. */
  readonly onSeen: () => void;
}

const atEnd = (box: HTMLElement) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;

/** Where to stand when a conversation is opened: at the line, if there is one; else at the end. */
function begin(box: HTMLElement): void {
  const line = box.querySelector("[data-last-read]");
  if (line) line.scrollIntoView({ block: "center" });
  else box.scrollTop = box.scrollHeight;
}

interface Before {
  readonly first: string;
  readonly last: string;
  readonly height: number;
  readonly atEnd: boolean;
  readonly begun: boolean;
}

/** Moves a list that has changed; true when it grew at an end that is out of sight. */
function keepPlace(el: HTMLElement, was: Before, first: string, last: Item | undefined): boolean {
  const grewInFront = was.first !== first && was.last === last?.key;
  if (!was.begun) begin(el);
  else if (grewInFront) el.scrollTop += el.scrollHeight - was.height;
  else if (was.atEnd || last?.kind === "pending") el.scrollTop = el.scrollHeight;
  else return was.last !== last?.key;
  return false;
}

/**
 * Keeps the place of a list that grows at both ends: at the end it follows, elsewhere what is in
 * sight stays where it is.
 */
export function useScroll(
  box: RefObject<HTMLDivElement | null>,
  items: readonly Item[],
  { onTop, onSeen }: Heard,
) {
  const before = useRef<Before>({ first: "", last: "", height: 0, atEnd: true, begun: false });
  const [below, setBelow] = useState(false);
  const [unseen, setUnseen] = useState(false);
  const seen = useRef(onSeen);
  seen.current = onSeen;
  const first = items.find((i) => i.kind === "message" || i.kind === "line")?.key ?? "";
  const last = items.at(-1);

  useLayoutEffect(() => {
    const el = box.current;
    if (!el || items.length === 0) return;
    if (keepPlace(el, before.current, first, last)) setUnseen(true);
    before.current = {
      first,
      last: last?.key ?? "",
      height: el.scrollHeight,
      atEnd: atEnd(el),
      begun: true,
    };
    setBelow(!atEnd(el));
    if (atEnd(el) && document.hasFocus()) seen.current();
  }, [box, items, first, last]);

  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const undo = [roving(el, { from: "last" }), feedKeys(el)];
    const look = () => {
      if (atEnd(el) && document.hasFocus()) seen.current();
    };
    const fit = new ResizeObserver(() => {
      if (before.current.atEnd) el.scrollTop = el.scrollHeight;
    });
    fit.observe(el);
    window.addEventListener("focus", look);
    return () => {
      for (const end of undo) end();
      fit.disconnect();
      window.removeEventListener("focus", look);
    };
  }, [box, items.length === 0]);

  const onScroll = () => {
    const el = box.current;
    if (!el) return;
    const end = atEnd(el);
    before.current = { ...before.current, atEnd: end, height: el.scrollHeight };
    setBelow(!end);
    if (end) {
      setUnseen(false);
      if (document.hasFocus()) seen.current();
    }
    if (el.scrollTop < NEAR_TOP) onTop();
  };
  const toBottom = () => {
    const el = box.current;
    if (el) el.scrollTop = el.scrollHeight;
  };
  return { onScroll, toBottom, below, unseen };
}
