/* Where the keyboard is: lists and toolbars that are one tab stop with arrow keys inside. */

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"], [role="separator"])';

export function firstFocusable(inside: ParentNode): HTMLElement | null {
  return inside.querySelector<HTMLElement>(FOCUSABLE);
}

/**
 * From a field to the rows found for it: the down arrow goes to the first, Enter takes it.
 * True when it was one of these.
 */
export function enterRows(e: KeyboardEvent, box: ParentNode | null): boolean {
  if (!(e.target instanceof HTMLInputElement) || e.isComposing) return false;
  const first = box?.querySelector<HTMLElement>("[data-roving]");
  if (!first || (e.key !== "ArrowDown" && e.key !== "Enter")) return false;
  e.preventDefault();
  if (e.key === "Enter") first.click();
  else first.focus();
  return true;
}

const STEPS: Record<string, { axis: "x" | "y"; step: number }> = {
  ArrowUp: { axis: "y", step: -1 },
  ArrowDown: { axis: "y", step: 1 },
  ArrowLeft: { axis: "x", step: -1 },
  ArrowRight: { axis: "x", step: 1 },
};

interface Roving {
  /** Which arrows move: up and down, left and right, or both. */
  readonly axis?: "x" | "y" | "both";
  /** Whether the last is followed by the first (menus); lists stop. */
  readonly wrap?: boolean;
  /** Which end is entered while no row is current nor was focused. */
  readonly from?: "first" | "last";
}

const isCurrent = (row: HTMLElement) => !["false", null].includes(row.getAttribute("aria-current"));

/**
 * Makes the descendants of `box` that bear data-roving one tab stop: the one with aria-current
 * when entered, else the one last focused, else the first or the last.  Rows may come and go at any time.
 */
export function roving(
  box: HTMLElement,
  { axis = "y", wrap = false, from = "first" }: Roving = {},
): () => void {
  const rows = () => [...box.querySelectorAll<HTMLElement>("[data-roving]")];
  let last: HTMLElement | null = null;

  const stopOf = (all: readonly HTMLElement[]) => {
    const known = last && all.includes(last) ? last : null;
    const inside = box.contains(document.activeElement) ? known : null;
    return inside ?? all.find(isCurrent) ?? known ?? all.at(from === "last" ? -1 : 0);
  };

  const settle = () => {
    const all = rows();
    const stop = stopOf(all);
    for (const row of all) {
      /* The attribute, since without one an article says -1 and yet takes no focus. */
      const index = row === stop ? "0" : "-1";
      if (row.getAttribute("tabindex") !== index) row.setAttribute("tabindex", index);
    }
  };

  const target = (key: string, all: readonly HTMLElement[], at: number): number | null => {
    if (key === "Home") return 0;
    if (key === "End") return all.length - 1;
    const move = STEPS[key];
    if (!move || (axis !== "both" && move.axis !== axis)) return null;
    const next = at + move.step;
    return wrap ? (next + all.length) % all.length : Math.max(0, Math.min(next, all.length - 1));
  };

  const onKey = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return;
    const all = rows();
    const at = all.indexOf(e.target as HTMLElement);
    const next = at < 0 ? null : target(e.key, all, at);
    if (next === null) return;
    e.preventDefault();
    all[next]?.focus();
  };
  const onFocus = (e: FocusEvent) => {
    const row = e.target instanceof Element ? e.target.closest<HTMLElement>("[data-roving]") : null;
    if (!row) return;
    last = row;
    settle();
  };

  const watch = new MutationObserver(settle);
  watch.observe(box, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["aria-current", "data-roving"],
  });
  box.addEventListener("keydown", onKey);
  box.addEventListener("focusin", onFocus);
  settle();
  return () => {
    watch.disconnect();
    box.removeEventListener("keydown", onKey);
    box.removeEventListener("focusin", onFocus);
  };
}
