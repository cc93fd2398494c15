import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Whether an element fills the screen, and how it comes to that. */
export function useFull(element: RefObject<HTMLElement | null>) {
  const full = useSignal(false);
  useEffect(() => {
    const changed = () => {
      full.value = document.fullscreenElement === element.current;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [element]);
  return {
    get value() {
      return full.value;
    },
    toggle() {
      if (document.fullscreenElement === element.current) void document.exitFullscreen();
      else element.current?.requestFullscreen?.().catch(() => undefined);
    },
  };
}
