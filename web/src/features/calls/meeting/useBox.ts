import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";
import type { Box } from "./layout";

const NONE: Box = { width: 0, height: 0 };

/** How much room an element has for what is in it, in CSS pixels. */
export function useBox(element: RefObject<HTMLElement | null>): ReadonlySignal<Box> {
  const box = useSignal(NONE);
  useLayoutEffect(() => {
    const el = element.current;
    if (!el) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (width !== box.value.width || height !== box.value.height) box.value = { width, height };
    });
    watch.observe(el);
    return () => watch.disconnect();
  }, [element]);
  return box;
}

/** The space between tiles, which grows with the text. */
export const gapOf = (el: Element | null): number =>
  (el && Number.parseFloat(getComputedStyle(el).columnGap)) || 8;
