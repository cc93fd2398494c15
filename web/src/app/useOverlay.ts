import { useEffect, useRef, useState } from "preact/hooks";
import { firstFocusable } from "../lib/focus";

/**
 * The list where it lies over main: it takes the focus when it opens, gives it back when it is
 * closed, and goes by itself when one goes elsewhere.
 */
export function useOverlay(place: string) {
  const list = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  const [over, setOver] = useState(false);

  useEffect(() => setOver(false), [place]);
  useEffect(() => {
    if (!over || !list.current) return;
    const row = list.current.querySelector<HTMLElement>("[data-roving][aria-current]");
    (row ?? firstFocusable(list.current))?.focus();
  }, [over]);

  const close = () => {
    setOver(false);
    if (opener.current instanceof HTMLElement) opener.current.focus();
  };
  const toggle = () => {
    if (over) {
      close();
      return;
    }
    opener.current = document.activeElement;
    setOver(true);
  };
  return { list, over, toggle, close };
}
