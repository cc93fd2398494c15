/* Why a call does not connect, of what the browser has told so far: which step failed, in plain
   words, and what whoever runs the server can do.  Pure. */
import { serverOf } from "./candidates";
import type { Evidence } from "./evidence";

export type FailedStep =
  | "offline"
  | "no-list"
  | "no-answer"
  | "credentials"
  | "quota"
  | "udp-blocked"
  | "no-server"
  | "only-private"
  | "no-relay"
  | "peers-refused"
  | "other-side"
  | "unknown";

export interface Diagnosis {
  readonly step: FailedStep;
  /** What failed, in a few words. */
  readonly title: string;
  readonly what: string;
  /** For the administrator; null where it is nothing of theirs. */
  readonly tell: string | null;
}

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const QUOTA = 486;
const NO_CAPACITY = 508;

function stepOf(e: Evidence): FailedStep {
  if (!e.online) return "offline";
  if (!e.listed && e.offered.length === 0) return "no-list";
  const ours = waysOf(e);
  if (ours.relays === 0) {
    const refused = refusedStep(e);
    if (refused) return refused;
  }
  if (!e.answered) return "no-answer";
  return ours.relays > 0 ? pastRelay(e) : beforeRelay(e, ours);
}

interface Ways {
  readonly relays: number;
  readonly reflexive: number;
  readonly relayOffered: boolean;
  /** A relay that is not asked over UDP. */
  readonly streamOffered: boolean;
}

function waysOf(e: Evidence): Ways {
  const servers = e.offered.map(serverOf);
  return {
    relays: e.local.filter((c) => c.kind === "relay").length,
    reflexive: e.local.filter((c) => c.kind === "srflx").length,
    relayOffered: servers.some((s) => s?.relay),
    streamOffered: servers.some((s) => s?.relay && s.way !== "udp"),
  };
}

function refusedStep({ refusals }: Evidence): FailedStep | null {
  const has = (...codes: readonly number[]) => refusals.some((r) => codes.includes(r.code));
  if (has(UNAUTHORIZED)) return "credentials";
  if (has(QUOTA, NO_CAPACITY)) return "quota";
  return has(FORBIDDEN) ? "peers-refused" : null;
}

function beforeRelay(e: Evidence, ours: Ways): FailedStep {
  if (e.offered.length === 0) return "only-private";
  if (ours.relayOffered) {
    if (ours.reflexive > 0) return "no-server";
    return ours.streamOffered ? "no-server" : "udp-blocked";
  }
  return ours.reflexive > 0 ? "no-relay" : "only-private";
}

/** This side has a relay; a relay goes to no private address unless it is told to. */
function pastRelay(e: Evidence): FailedStep {
  if (e.remote.length === 0) return "other-side";
  const reachable = e.remote.some((c) => c.kind === "relay" || c.reach === "public");
  return reachable ? "other-side" : "peers-refused";
}

type Words = Omit<Diagnosis, "step">;

const WORDS: Readonly<Record<FailedStep, Words>> = {
  offline: {
    title: "This device is offline",
    what: "The browser says that there is no network. The call goes on by itself when there is one.",
    tell: null,
  },
  "no-list": {
    title: "The server did not say how to connect",
    what: "The page asked it for the list of connection servers and got no answer.",
    tell: "GET /api/v1/ice failed. See whether the server and the proxy before it are well.",
  },
  "no-answer": {
    title: "The other side has not answered",
    what: "They are in the call, but nothing has come from their page yet. Their network may be away.",
    tell: null,
  },
  credentials: {
    title: "The relay refused the credentials",
    what: "A relay was reached, but it did not accept what the server had given this page to sign in with.",
    tell: "A relay answers 401. Check TURN_SECRET (or TURN_USERNAME and TURN_CREDENTIAL, or TURN_API_KEY) and that both clocks are right; “convene doctor” tries them.",
  },
  quota: {
    title: "The relay is full",
    what: "A relay was reached, but it has no more room for this call.",
    tell: "A relay answers that a limit is reached (486 or 508). End what holds relays, or raise its limits; TURN_RELAY_PORTS bounds how many there can be.",
  },
  "udp-blocked": {
    title: "UDP seems to be blocked",
    what: "No server answered over UDP, and no relay over TCP or TLS is offered that could be used instead.",
    tell: "Open MEDIA_PORT (UDP) in the firewall and set PUBLIC_IP. For networks that block UDP, offer a relay over TLS: give the server its own certificate, or name a “turns:” address in TURN_URLS.",
  },
  "no-server": {
    title: "No relay answered",
    what: "This network could not reach any of the relays that the server offers, neither over UDP nor over TCP or TLS.",
    tell: "Run “convene doctor”: it asks every server in the list. Check PUBLIC_IP, that MEDIA_PORT (UDP) and the web's port are open, and the addresses in TURN_URLS.",
  },
  "only-private": {
    title: "Only private addresses were found",
    what: "This device knows of no address that the other side could reach, and no server helped to find one.",
    tell: "No relay is offered, or none could be asked. Leave MEDIA_PORT on (it is not “off”) and open it for UDP, or name a relay in TURN_URLS.",
  },
  "no-relay": {
    title: "There is no direct way, and no relay",
    what: "Both networks were found, but they do not let the two of you through to each other, and the server offers no relay.",
    tell: "Offer a relay: leave MEDIA_PORT on and open it for UDP, or name one in TURN_URLS.",
  },
  "peers-refused": {
    title: "The relay may not reach the other side",
    what: "A relay was reached, but the other side has only addresses that it does not forward to.",
    tell: "Relays forward to public addresses and to each other only. Where people are in the server's own network, name it in ALLOWED_PEERS. Otherwise see why the other side reaches no relay.",
  },
  "other-side": {
    title: "The other side was not reached",
    what: "This side reached a relay, but nothing came back from the other side. The trouble is likely in their network, or between two relays.",
    tell: "Let the other side look at what it is shown. If both reach a relay, the relays do not reach each other: check PUBLIC_IP and TURN_RELAY_PORTS.",
  },
  unknown: {
    title: "The call could not connect",
    what: "What the browser tells does not say why.",
    tell: "Run “convene doctor”, and look at the details that can be copied here.",
  },
};

const HIDDEN =
  " With a guest in the call only relays are used, so that nobody's address is shown to them.";

export function diagnose(e: Evidence): Diagnosis {
  const step = stepOf(e);
  const words = WORDS[step];
  return { step, ...words, what: e.relayOnly && e.online ? words.what + HIDDEN : words.what };
}
