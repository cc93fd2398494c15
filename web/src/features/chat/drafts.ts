import { forget, type Stored, stored } from "../../lib/storage";

const isText = (value: unknown): value is string => typeof value === "string";

/** What somebody has begun to write in a conversation. */
export function draftOf(me: string, channel: string): Stored<string> {
  return stored(`draft.${me}.${channel}`, "", isText);
}

/** Whoever uses this browser next does not find it. */
export function forgetDrafts(me: string): void {
  forget(`draft.${me}.`);
}
