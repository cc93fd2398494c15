/* What a candidate says of the way it would open, without its address.  Pure. */

export type Kind = "host" | "srflx" | "prflx" | "relay";

/** Where an address can be reached from; "hidden" is a name that the browser puts in its place. */
export type Reach = "private" | "public" | "hidden";

export interface Found {
  readonly kind: Kind;
  readonly protocol: "udp" | "tcp";
  readonly reach: Reach;
  readonly family: 4 | 6 | null;
}

/** How a relay is spoken to. */
export type RelayWay = "udp" | "tcp" | "tls";

const KINDS: readonly string[] = ["host", "srflx", "prflx", "relay"];

/* RFC 1918, 3927 and 6598, and loopback. */
const PRIVATE_4 =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./u;
/* RFC 4193 and link-local; loopback and none. */
const PRIVATE_6 = /^(?:f[cd]|fe[89ab]|::1?$)/iu;
const MAPPED = /^::ffff:(?=\d+\.)/iu;

export function reachOf(address: string): Reach {
  const plain = address.replace(MAPPED, "");
  if (plain.includes(":")) return PRIVATE_6.test(plain) ? "private" : "public";
  if (!/^[\d.]+$/u.test(plain)) return "hidden";
  return PRIVATE_4.test(plain) ? "private" : "public";
}

export function familyOf(address: string): 4 | 6 | null {
  if (address.includes(":")) return 6;
  return /^[\d.]+$/u.test(address) ? 4 : null;
}

/** Of a line as RFC 8839 has it; null where it is none. */
export function foundOf(line: string): Found | null {
  const [first = "", , protocol = "", , address = "", , typ, kind = ""] = line.trim().split(/\s+/u);
  if (!/^(?:a=)?candidate:/u.test(first) || typ !== "typ" || !KINDS.includes(kind)) return null;
  return {
    kind: kind as Kind,
    protocol: protocol.toLowerCase() === "tcp" ? "tcp" : "udp",
    reach: reachOf(address),
    family: familyOf(address),
  };
}

/** All that stand in a description. */
export function foundIn(sdp: string): readonly Found[] {
  return sdp.split(/\r?\n/u).flatMap((line) => {
    const found = line.startsWith("a=candidate:") ? foundOf(line) : null;
    return found ? [found] : [];
  });
}

export interface Server {
  readonly relay: boolean;
  readonly way: RelayWay;
}

/** Of an ICE server's address (RFC 7064, 7065); null where it is none. */
export function serverOf(url: string): Server | null {
  const scheme = /^(stuns?|turns?):/iu.exec(url)?.[1]?.toLowerCase();
  if (!scheme) return null;
  const secure = scheme.endsWith("s");
  const tcp = secure || /[?&]transport=tcp/iu.test(url);
  return { relay: scheme.startsWith("turn"), way: secure ? "tls" : tcp ? "tcp" : "udp" };
}

export const urlsOf = (servers: readonly RTCIceServer[]): readonly string[] =>
  servers.flatMap((s) => (typeof s.urls === "string" ? [s.urls] : [...s.urls]));

export const offersRelay = (servers: readonly RTCIceServer[]): boolean =>
  urlsOf(servers).some((url) => serverOf(url)?.relay);
