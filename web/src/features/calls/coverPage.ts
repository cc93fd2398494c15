/** Takes the focus, makes the page beneath unreachable, and gives both back. */
export function coverPage(stage: HTMLElement | null): () => void {
  const before = document.activeElement;
  const beneath = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter(
    (el) => !el.inert,
  );
  for (const el of beneath) el.inert = true;
  stage?.focus({ preventScroll: true });
  return () => {
    for (const el of beneath) el.inert = false;
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
}
