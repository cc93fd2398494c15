import type { CallRecord } from "../../api/gen";
import { spokenDuration } from "../../lib/time";
import * as later from "../../ui/icons/later";
import * as icons from "../../ui/icons/paths";

export const isMissed = (r: CallRecord): boolean => r.direction === "in" && r.outcome === "missed";

export const nameOf = (r: CallRecord): string => r.peer?.name ?? "Somebody who left";

export function recordIcon(r: CallRecord): string {
  if (isMissed(r)) return icons.callMissed;
  return r.direction === "in" ? later.callInbound : later.callOutbound;
}

/** "Incoming video call, 12m 4s": what it was and what became of it. */
export function recordText(r: CallRecord): string {
  const kind = r.video ? "video call" : "call";
  switch (r.outcome) {
    case "missed":
      return r.direction === "in" ? `Missed ${kind}` : `Outgoing ${kind}, no answer`;
    case "declined":
      return `${r.direction === "in" ? "Incoming" : "Outgoing"} ${kind}, declined`;
    case "cancelled":
      return `Outgoing ${kind}, cancelled`;
    case "lost":
    case "answered": {
      const length = r.duration_ms > 0 ? `, ${spokenDuration(r.duration_ms)}` : "";
      return `${r.direction === "in" ? "Incoming" : "Outgoing"} ${kind}${length}`;
    }
  }
}
