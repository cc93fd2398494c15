import { useEffect, useRef, useState } from "preact/hooks";
import { place } from "../../lib/place";
import styles from "./TooltipHost.module.css";

const HOVER_MS = 400;

const tipped = (e: Event): HTMLElement | null =>
  e.target instanceof Element ? e.target.closest<HTMLElement>("[data-tip]") : null;

/**
 * Shows the text of data-tip near whatever bears it: after a moment's hover, at once on keyboard
 * focus.  One for the whole page.  A tooltip only repeats what aria-label says, so that screen
 * readers are spared it.
 */
export function TooltipHost() {
  const box = useRef<HTMLDivElement>(null);
  const [on, setOn] = useState<HTMLElement | null>(null);

  useEffect(() => {
    let timer = 0;
    const hide = () => {
      clearTimeout(timer);
      setOn(null);
    };
    const over = (e: PointerEvent) => {
      if (e.pointerType === "touch") return;
      clearTimeout(timer);
      const target = tipped(e);
      if (!target) setOn(null);
      else timer = window.setTimeout(() => setOn(target), HOVER_MS);
    };
    const focus = (e: FocusEvent) => {
      const target = tipped(e);
      if (target?.matches(":focus-visible")) setOn(target);
    };
    const key = (e: KeyboardEvent) => {
      if (e.key === "Escape") hide();
    };
    const heard: [string, (e: never) => void][] = [
      ["pointerover", over],
      ["pointerdown", hide],
      ["focusin", focus],
      ["focusout", hide],
      ["scroll", hide],
      ["keydown", key],
    ];
    for (const [type, fn] of heard) document.addEventListener(type, fn as EventListener, true);
    return () => {
      clearTimeout(timer);
      for (const [type, fn] of heard) document.removeEventListener(type, fn as EventListener, true);
    };
  }, []);

  const text = on?.isConnected ? on.dataset.tip : undefined;
  useEffect(() => {
    const tip = box.current;
    if (!tip || !on || !text) return;
    tip.showPopover();
    const at = place(
      on.getBoundingClientRect(),
      tip.getBoundingClientRect(),
      { width: document.documentElement.clientWidth, height: window.innerHeight },
      "center",
    );
    tip.style.left = `${at.left}px`;
    tip.style.top = `${at.top}px`;
    return () => tip.hidePopover();
  }, [on, text]);

  return (
    <div ref={box} popover="manual" class={styles.tip} aria-hidden="true">
      {text}
    </div>
  );
}
