import { durationText } from "../../lib/time";
import type { Ended, Held } from "./engine/machine";

function lengthOf({ call }: Held, now: number): string | null {
  if (!call || call.answered_at === null) return null;
  return durationText(Math.max(0, (call.ended_at ?? now) - call.answered_at));
}

/** What a toast says after the end; null where nothing needs to be said. */
export function endText(held: Held, why: Ended, name: string, now: number): string | null {
  const length = lengthOf(held, now);
  switch (why) {
    case "hangup":
    case "hung_up":
      return length === null ? null : `Call ended ${length}`;
    case "declined":
      return held.group ? "Nobody can join now." : `${name} cannot take the call now.`;
    case "missed":
      return held.group ? "Nobody joined." : `${name} did not answer.`;
    case "moved":
      return "The call goes on on your other page.";
    case "removed":
      return "You were removed from the meeting.";
    case "gone":
      return length === null ? "The call is over." : `Call ended ${length}`;
    case "cancelled":
    case "lost":
    case "interrupted":
      return null;
  }
}

/** Under the name, while the call is not simply going on. */
export function phaseText(phase: Held["phase"]): string {
  switch (phase) {
    case "outgoing":
      return "Calling…";
    case "connecting":
      return "Connecting…";
    case "reconnecting":
      return "Reconnecting…";
    default:
      return "";
  }
}
