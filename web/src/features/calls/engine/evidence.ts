/* What is known of a connection that is being made, gathered for whoever has to say why it is not
   there.  It holds no address of anybody's and no credential.  Pure. */
import type { Found, RelayWay } from "./candidates";

/** What the browser tells of a server that it could not use. */
export interface Refusal {
  readonly url: string;
  /** Of STUN (401: the credential is refused); 701: it was not reached at all. */
  readonly code: number;
  readonly text: string;
}

export interface Local extends Found {
  /** Of a relay; null where the browser does not say. */
  readonly relayWay: RelayWay | null;
}

export interface Evidence {
  /** False when the page could not get the list of servers. */
  readonly listed: boolean;
  /** The servers' addresses, in the order of the list. */
  readonly offered: readonly string[];
  /** Only relays may be used: the addresses stay hidden. */
  readonly relayOnly: boolean;
  /** This device says that it has a network. */
  readonly online: boolean;
  /** The other side has described itself. */
  readonly answered: boolean;
  readonly refusals: readonly Refusal[];
  readonly local: readonly Local[];
  readonly remote: readonly Found[];
  readonly gathering: RTCIceGatheringState;
  readonly ice: RTCIceConnectionState;
  readonly connection: RTCPeerConnectionState;
  /** How often a new way was looked for. */
  readonly restarts: number;
}

export const NOTHING: Evidence = {
  listed: true,
  offered: [],
  relayOnly: false,
  online: true,
  answered: false,
  refusals: [],
  local: [],
  remote: [],
  gathering: "new",
  ice: "new",
  connection: "new",
  restarts: 0,
};

const MOST = 64;

function withNew<T>(list: readonly T[], item: T, same: (a: T, b: T) => boolean): readonly T[] {
  return list.length >= MOST || list.some((old) => same(old, item)) ? list : [...list, item];
}

const sameFound = (a: Found, b: Found): boolean =>
  a.kind === b.kind && a.protocol === b.protocol && a.reach === b.reach && a.family === b.family;

export function withRefusal(e: Evidence, refusal: Refusal): Evidence {
  const same = (a: Refusal, b: Refusal) => a.url === b.url && a.code === b.code;
  return { ...e, refusals: withNew(e.refusals, refusal, same) };
}

export function withLocal(e: Evidence, local: Local): Evidence {
  const same = (a: Local, b: Local) => sameFound(a, b) && a.relayWay === b.relayWay;
  return { ...e, local: withNew(e.local, local, same) };
}

export function withRemote(e: Evidence, remote: readonly Found[]): Evidence {
  return { ...e, remote: remote.reduce((all, r) => withNew(all, r, sameFound), e.remote) };
}

/** Another try begins: what it finds is not yet known; what servers refused stays said. */
export function afresh(e: Evidence): Evidence {
  const { listed, offered, relayOnly, answered, refusals, remote } = e;
  const restarts = e.restarts + 1;
  return { ...NOTHING, listed, offered, relayOnly, answered, refusals, remote, restarts };
}
