import { type ReadonlySignal, signal } from "@preact/signals";

/** Whether a media query holds, as long as the page lives. */
export function mediaSignal(query: string): ReadonlySignal<boolean> {
  const media = matchMedia(query);
  const holds = signal(media.matches);
  media.addEventListener("change", () => {
    holds.value = media.matches;
  });
  return holds;
}
