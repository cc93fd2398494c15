import { effect } from "@preact/signals";
import type { CallsStore } from "./store";

const FLASH_MS = 1_000;

function flash(count: number): () => void {
  const before = document.title;
  let on = false;
  const turn = () => {
    on = !on;
    document.title = on ? `(${count}) Incoming call` : before;
  };
  turn();
  const timer = setInterval(turn, FLASH_MS);
  return () => {
    clearInterval(timer);
    document.title = before;
  };
}

/** Some browsers notify by a service worker only: then the title alone has to do. */
function notify(name: string, video: boolean): () => void {
  if (!document.hidden || typeof Notification === "undefined") return () => {};
  if (Notification.permission !== "granted") return () => {};
  try {
    const shown = new Notification(name, {
      body: video ? "Incoming video call" : "Incoming call",
      tag: "convene.ring",
    });
    shown.onclick = () => window.focus();
    return () => shown.close();
  } catch {
    return () => {};
  }
}

/** Draws the eye to this page while it rings; undone by the returned function. */
export function alertRings(calls: CallsStore): () => void {
  return effect(() => {
    const rings = calls.rings.value;
    const [first] = rings;
    if (!first) return undefined;
    const undo = [flash(rings.length), notify(calls.name(first.caller), first.video)];
    return () => {
      for (const u of undo) u();
    };
  });
}
