/* Ctrl+F6: from one landmark of the page to the next. */
import { firstFocusable } from "../lib/focus";

/** Moves to the next (1) or the last (-1) region that is to be seen: what is hidden has no boxes. */
export function nextRegion(step: 1 | -1, root: ParentNode = document): void {
  const all = [...root.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (region) => region.getClientRects().length > 0,
  );
  const at = all.findIndex((region) => region.contains(document.activeElement));
  const from = at < 0 && step < 0 ? 0 : at;
  const next = all[(from + step + all.length) % all.length];
  if (!next) return;
  const target = next.querySelector<HTMLElement>('[data-roving][tabindex="0"]');
  (target ?? firstFocusable(next) ?? next).focus();
}
