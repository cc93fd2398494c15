import type { ReadonlySignal } from "@preact/signals";
import type { Scope } from "../lib/scope";

const NAME = "Convene";

/** "(3) Convene", or what rings. */
export function titleText(unread: number, ring: string | null): string {
  if (ring !== null) return ring;
  return unread > 0 ? `(${unread > 99 ? "99+" : unread}) ${NAME}` : NAME;
}

/** Shows in the tab how much is unread, as text and as a dot on the icon. */
export function followTitle(
  scope: Scope,
  unread: ReadonlySignal<number>,
  ring: ReadonlySignal<string | null>,
): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  scope.effect(() => {
    document.title = titleText(unread.value, ring.value);
    if (link) link.href = unread.value > 0 ? "/icon-unread.svg" : "/icon.svg";
  });
  scope.add(() => {
    document.title = NAME;
    if (link) link.href = "/icon.svg";
  });
}
