import { type Signal, signal } from "@preact/signals";
import { forget, type Stored, stored } from "../../lib/storage";

const isText = (value: unknown): value is string => typeof value === "string";

const texts = new Map<string, Signal<string>>();

/** What somebody has begun to write in a conversation; `get` follows it like a signal. */
export function draftOf(me: string, channel: string): Stored<string> {
  const key = `draft.${me}.${channel}`;
  const kept = stored(key, "", isText);
  const text = texts.get(key) ?? signal(kept.get());
  texts.set(key, text);
  return {
    get: () => text.value,
    set(value) {
      kept.set(value);
      text.value = value;
    },
    clear() {
      kept.clear();
      text.value = "";
    },
  };
}

/** Whoever uses this browser next does not find it. */
export function forgetDrafts(me: string): void {
  forget(`draft.${me}.`);
  texts.clear();
}
