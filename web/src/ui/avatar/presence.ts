export type PresenceState =
  | "available"
  | "away"
  | "brb"
  | "busy"
  | "in_call"
  | "dnd"
  | "offline"
  | "unknown";

const TEXTS: Readonly<Record<PresenceState, string>> = {
  available: "Available",
  away: "Away",
  brb: "Be right back",
  busy: "Busy",
  in_call: "In a call",
  dnd: "Do not disturb",
  offline: "Offline",
  unknown: "Not known yet",
};

export function presenceText(state: PresenceState): string {
  return TEXTS[state];
}
