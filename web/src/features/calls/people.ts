import type { PresenceState } from "../../ui/avatar/presence";

/** What the views need to know of people. */
export interface People {
  nameOf(id: string): string;
  stateOf(id: string): PresenceState | undefined;
  /** Hears of their presence until the returned function is called. */
  watch?(id: string): () => void;
}
