const INSIDE = "a[href], button";

const setStops = (row: Element, index: number) => {
  for (const el of row.querySelectorAll<HTMLElement>(INSIDE)) el.tabIndex = index;
};

/**
 * Enter goes into a message, to its links and buttons; Escape goes back to it, and from there to the
 * box where one writes.  Until then what is inside is no tab stop: a feed is one.
 */
export function feedKeys(feed: HTMLElement): () => void {
  const goIn = (row: HTMLElement) => {
    setStops(row, 0);
    row.querySelector<HTMLElement>(INSIDE)?.focus();
  };
  const goOut = (row: HTMLElement, isOnRow: boolean) => {
    if (isOnRow) document.getElementById("composer")?.focus();
    else row.focus();
  };
  const onKey = (e: KeyboardEvent) => {
    if (!(e.target instanceof HTMLElement)) return;
    const row = e.target.closest<HTMLElement>("[data-roving]");
    if (!row || (e.key === "Enter" && e.target !== row)) return;
    if (e.key === "Enter") goIn(row);
    else if (e.key === "Escape") goOut(row, e.target === row);
    else return;
    e.preventDefault();
  };
  const onOut = (e: FocusEvent) => {
    const row = e.target instanceof Element ? e.target.closest("[data-roving]") : null;
    const to = e.relatedTarget;
    if (row && !(to instanceof Node && row !== to && row.contains(to))) setStops(row, -1);
  };
  feed.addEventListener("keydown", onKey);
  feed.addEventListener("focusout", onOut);
  return () => {
    feed.removeEventListener("keydown", onKey);
    feed.removeEventListener("focusout", onOut);
  };
}
