import { effect } from "@preact/signals";
import type { CallsStore } from "./store";

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

/** Tells the system of a ring while the page is out of sight; undone by the returned function. */
export function alertRings(calls: CallsStore): () => void {
  return effect(() => {
    const [first] = calls.rings.value;
    return first ? notify(calls.name(first.caller), first.video) : undefined;
  });
}
