import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

const QUIET_MS = 5_000;

/** True when nobody has touched the element for a while; a touch or a key wakes it. */
export function useQuiet(
  box: RefObject<HTMLElement | null>,
  allowed: boolean,
): ReadonlySignal<boolean> {
  const quiet = useSignal(false);
  useEffect(() => {
    const el = box.current;
    if (!el || !allowed) {
      quiet.value = false;
      return undefined;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      quiet.value = false;
      clearTimeout(timer);
      timer = setTimeout(() => {
        quiet.value = true;
      }, QUIET_MS);
    };
    const events = ["pointerdown", "pointermove", "keydown", "focusin"] as const;
    for (const type of events) el.addEventListener(type, wake);
    wake();
    return () => {
      clearTimeout(timer);
      for (const type of events) el.removeEventListener(type, wake);
    };
  }, [allowed]);
  return quiet;
}
