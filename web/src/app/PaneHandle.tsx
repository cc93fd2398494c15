import { signal } from "@preact/signals";
import { stored } from "../lib/storage";
import styles from "./Shell.module.css";

const [LEAST, MOST, USUAL, STEP] = [280, 480, 320, 16];
const inRange = (value: unknown): value is number =>
  typeof value === "number" && value >= LEAST && value <= MOST;
const kept = stored("list-width", USUAL, inRange);

/** The width of the list pane in CSS pixels at the usual text size; kept by the browser. */
export const listWidth = signal(kept.get());

function setWidth(width: number): void {
  listWidth.value = Math.max(LEAST, Math.min(MOST, Math.round(width)));
}

const KEYS: Readonly<Record<string, () => number>> = {
  ArrowLeft: () => listWidth.value - STEP,
  ArrowRight: () => listWidth.value + STEP,
  Home: () => LEAST,
  End: () => MOST,
};

/** The edge between list and main: dragged, moved by the arrows, put back by a double click. */
export function PaneHandle() {
  const onPointerDown = (e: PointerEvent) => {
    const handle = e.currentTarget as HTMLElement;
    const offset = listWidth.value - e.clientX;
    handle.setPointerCapture(e.pointerId);
    const move = (m: PointerEvent) => setWidth(m.clientX + offset);
    const done = () => {
      handle.removeEventListener("pointermove", move);
      kept.set(listWidth.value);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", done, { once: true });
  };
  const onKeyDown = (e: KeyboardEvent) => {
    const to = KEYS[e.key];
    if (!to) return;
    e.preventDefault();
    setWidth(to());
    kept.set(listWidth.value);
  };
  const onDblClick = () => {
    setWidth(USUAL);
    kept.set(USUAL);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no keys; this is a splitter.
    <div
      class={styles.handle}
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the list"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={listWidth.value}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDblClick={onDblClick}
    />
  );
}
