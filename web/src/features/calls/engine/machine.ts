/* One call as this page sees it: what happens -> what it is now, and what has to be done.  Pure. */
import type { Call, Leg } from "../../../api/gen";

export type Phase =
  | "idle"
  | "outgoing"
  | "connecting"
  | "connected"
  | "reconnecting"
  /** The call broke off, and nobody meant it to. */
  | "dropped";

/** The media's way to the other leg, or to the server's room. */
type Link = "new" | "up" | "down";

export interface Held {
  readonly phase: Phase;
  readonly channel: string;
  /** In a group chat or a channel: others come and go. */
  readonly group: boolean;
  /** The other person, where known; nobody in a group. */
  readonly peer: string | null;
  readonly video: boolean;
  /** Null until the server has answered. */
  readonly call: Call | null;
  /** Mine. */
  readonly leg: string | null;
  /** Theirs, to which media goes; none while it goes by the server's room. */
  readonly other: string | null;
  readonly link: Link;
}

export const IDLE: Held = {
  phase: "idle",
  channel: "",
  group: false,
  peer: null,
  video: false,
  call: null,
  leg: null,
  other: null,
  link: "new",
};

export type Happening =
  | {
      readonly type: "start";
      readonly channel: string;
      readonly peer: string | null;
      readonly video: boolean;
      readonly group?: boolean;
    }
  | {
      readonly type: "answer";
      readonly call: Call;
      readonly peer: string | null;
      readonly video: boolean;
      readonly group?: boolean;
    }
  /** The server gave this page a leg. */
  | { readonly type: "held"; readonly call: Call; readonly leg: string }
  | { readonly type: "refused" }
  | { readonly type: "call"; readonly call: Call }
  /** The server knows of no such call any more. */
  | { readonly type: "gone" }
  | { readonly type: "link"; readonly up: boolean }
  | { readonly type: "hangup" }
  | { readonly type: "dismiss" };

export type Effect =
  | { readonly do: "open"; readonly video: boolean }
  | {
      readonly do: "connect";
      readonly call: Call;
      readonly to: string;
      readonly polite: boolean;
    }
  /** The other one of a meeting of two has left: the way to them ends. */
  | { readonly do: "part" }
  | { readonly do: "leave"; readonly call: string }
  | { readonly do: "close" }
  | { readonly do: "ended"; readonly held: Held; readonly why: Ended };

export type Ended = NonNullable<Call["reason"]> | "hung_up" | "gone" | "removed";

export type Step = readonly [Held, readonly Effect[]];

const stay = (held: Held): Step => [held, []];

export const mayBegin = (held: Held): boolean => held.phase === "idle" || held.phase === "dropped";

/** Do media go by the server's room? */
export const inRoom = (call: Call | null): boolean => call !== null && call.kind === "room";

/** The leg of the other person that media goes to, or went to last. */
export function otherLeg(call: Call, leg: string): Leg | undefined {
  if (inRoom(call)) return undefined;
  const me = call.legs.find((l) => l.id === leg)?.user;
  const last = (state: Leg["state"]) =>
    call.legs.findLast((l) => l.user !== me && l.state === state);
  return last("joined") ?? last("lost");
}

export const otherOf = ({ call, leg }: Held): Leg | undefined =>
  call && leg !== null ? otherLeg(call, leg) : undefined;

function end(held: Held, why: Ended): Step {
  return [IDLE, [{ do: "close" }, { do: "ended", held, why }]];
}

function drop(held: Held, why: Ended): Step {
  return [
    { ...held, phase: "dropped", other: null, link: "new" },
    [{ do: "close" }, { do: "ended", held, why }],
  ];
}

function phaseOf(held: Held, other: Leg | undefined): Phase {
  if (held.call?.state === "ringing") return "outgoing";
  /* Whoever is alone in a meeting waits for nothing. */
  if (!other && !inRoom(held.call)) return held.group ? "connected" : "connecting";
  if (other?.state === "lost" || held.link === "down") return "reconnecting";
  return held.link === "up" ? "connected" : "connecting";
}

const hasMedia = (held: Held): boolean => held.other !== null || inRoom(held.call);

function overStep(held: Held, call: Call): Step {
  const why = call.reason ?? "hangup";
  const broken = why === "lost" || why === "interrupted";
  return broken && hasMedia(held) ? drop({ ...held, call }, why) : end({ ...held, call }, why);
}

/**
 * My leg is no longer mine: the person took the call to another page, somebody sent them out of the
 * meeting, or the server gave me up, which it does only once it has lost me.
 */
function legGone(held: Held, call: Call, mine: Leg): Step {
  const elsewhere = call.legs.some((l) => l.user === mine.user && l.state === "joined");
  if (elsewhere) return end({ ...held, call }, "moved");
  const before = held.call?.legs.find((l) => l.id === mine.id);
  return held.group && before?.state === "joined"
    ? end({ ...held, call }, "removed")
    : drop({ ...held, call }, "lost");
}

function follow(held: Held, call: Call, leg: string): Step {
  if (call.state === "ended") return overStep(held, call);
  const mine = call.legs.find((l) => l.id === leg);
  if (mine?.state === "left") return legGone(held, call, mine);
  return mine ? withOther({ ...held, call, leg, channel: call.channel }, held) : stay(held);
}

/** Media go to the other leg, to the server's room, or nowhere. */
function withOther(held: Held & { readonly call: Call; readonly leg: string }, was: Held): Step {
  const { call, leg, group } = held;
  const [room, other] = [inRoom(call), otherLeg(call, leg)];
  const alone = group && !other && !room;
  const effects: Effect[] = [];
  let { link } = was;
  if (other?.state === "joined" && other.id !== was.other) {
    effects.push({ do: "connect", call, to: other.id, polite: leg > other.id });
    /* From the room back to the pair the old way goes on until the new one is there. */
    if (!inRoom(was.call)) link = "new";
    return [settle({ ...held, other: other.id, link }, other), effects];
  }
  if (alone && was.other !== null) effects.push({ do: "part" });
  if (alone) link = "new";
  return [settle({ ...held, other: room || alone ? null : was.other, link }, other), effects];
}

function settle(held: Held, other: Leg | undefined): Held {
  const peer = held.group ? null : (other?.user ?? held.peer);
  return { ...held, peer, phase: phaseOf(held, other) };
}

function onCall(held: Held, call: Call): Step {
  if (held.leg === null || held.phase === "dropped") return stay(held);
  if (held.call?.id !== call.id || call.change <= held.call.change) return stay(held);
  return follow(held, call, held.leg);
}

function onLink(held: Held, up: boolean): Step {
  if (!hasMedia(held) || held.call === null || held.leg === null) return stay(held);
  if (!up && held.link === "new") return stay(held);
  const next: Held = { ...held, link: up ? "up" : "down" };
  return stay({ ...next, phase: phaseOf(next, otherLeg(held.call, held.leg)) });
}

function onHangup(held: Held): Step {
  if (held.phase === "idle") return stay(held);
  if (held.phase === "dropped") return [IDLE, []];
  const [next, effects] = end(held, "hung_up");
  return [next, held.call ? [{ do: "leave", call: held.call.id }, ...effects] : effects];
}

function onGone(held: Held): Step {
  if (held.call === null || held.phase === "idle" || held.phase === "dropped") return stay(held);
  return hasMedia(held) ? drop(held, "gone") : end(held, "gone");
}

export function step(held: Held, e: Happening): Step {
  switch (e.type) {
    case "start":
      if (!mayBegin(held)) return stay(held);
      return [
        {
          ...IDLE,
          phase: "outgoing",
          channel: e.channel,
          group: e.group ?? false,
          peer: e.peer,
          video: e.video,
        },
        [{ do: "open", video: e.video }],
      ];
    case "answer":
      if (!mayBegin(held)) return stay(held);
      return [
        {
          ...IDLE,
          phase: "connecting",
          channel: e.call.channel,
          group: e.group ?? false,
          peer: e.peer,
          video: e.video,
        },
        [{ do: "open", video: e.video }],
      ];
    case "held":
      return mayBegin(held) ? stay(held) : follow(held, e.call, e.leg);
    case "refused":
      return held.leg === null && !mayBegin(held) ? [IDLE, [{ do: "close" }]] : stay(held);
    case "call":
      return onCall(held, e.call);
    case "gone":
      return onGone(held);
    case "link":
      return onLink(held, e.up);
    case "hangup":
      return onHangup(held);
    case "dismiss":
      return held.phase === "dropped" ? stay(IDLE) : stay(held);
  }
}
