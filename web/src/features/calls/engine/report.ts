/* The figures of a connection, of what browsers report (W3C webrtc-stats).  Pure. */
import { type Kind, type Reach, type RelayWay, reachOf, serverOf } from "./candidates";

export interface Side {
  readonly kind: Kind;
  readonly protocol: "udp" | "tcp";
  readonly reach: Reach | null;
}

/** How the two reach each other; a relay may be this side's, the other's, or both. */
export type Path =
  | { readonly by: "direct" | "nat"; readonly protocol: "udp" | "tcp" }
  | {
      readonly by: "relay";
      /** Null for the other side's alone: how they speak to it is not told here. */
      readonly way: RelayWay | null;
      readonly whose: "own" | "other" | "both";
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
}

export interface Flow {
  /** Bits a second. */
  readonly rate: number | null;
  /** 0..1 of the packets. */
  readonly loss: number | null;
  readonly audio: string | null;
  readonly video: string | null;
  readonly picture: Picture | null;
}

/** All that is null is not known yet. */
export interface Connection {
  readonly path: Path | null;
  readonly local: Side | null;
  readonly remote: Side | null;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  readonly up: Flow;
  readonly down: Flow;
}

interface Counts {
  readonly sent: number;
  readonly received: number;
  readonly packets: number;
  readonly lost: number;
}

/** What was counted at one moment, from which rates follow. */
export interface Sample {
  readonly at: number;
  /** Of what: another one begins to count anew. */
  readonly counted: string;
  readonly counts: Counts;
}

export type Row = Readonly<Record<string, unknown>>;
type Rows = ReadonlyMap<string, Row>;

const num = (row: Row | undefined, key: string): number | null => {
  const value = row?.[key];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};
const text = (row: Row | undefined, key: string): string | null => {
  const value = row?.[key];
  return typeof value === "string" && value !== "" ? value : null;
};
const ofType = (rows: Rows, type: string): Row[] =>
  [...rows.values()].filter((r) => r.type === type);
const sum = (rows: readonly Row[], key: string): number =>
  rows.reduce((all, r) => all + (num(r, key) ?? 0), 0);
const most = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((v) => v !== null);
  return known.length > 0 ? Math.max(...known) : null;
};
const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);

function selectedPair(rows: Rows): Row | undefined {
  for (const t of ofType(rows, "transport")) {
    const pair = rows.get(text(t, "selectedCandidatePairId") ?? "");
    if (pair) return pair;
  }
  const pairs = ofType(rows, "candidate-pair");
  return (
    pairs.find((p) => p.selected === true) ??
    pairs.find((p) => p.nominated === true && p.state === "succeeded")
  );
}

function sideOf(row: Row | undefined): Side | null {
  const kind = text(row, "candidateType");
  if (!row || kind === null) return null;
  const address = text(row, "address") ?? text(row, "ip");
  return {
    kind: kind as Kind,
    protocol: text(row, "protocol") === "tcp" ? "tcp" : "udp",
    reach: address === null ? null : reachOf(address),
  };
}

function relayWayOf(row: Row | undefined): RelayWay | null {
  const told = text(row, "relayProtocol");
  if (told === "udp" || told === "tcp" || told === "tls") return told;
  return serverOf(text(row, "url") ?? "")?.way ?? null;
}

/** An address that was met only on the way belongs to a NAT, unless it is a private one. */
const translated = ({ kind, reach }: Side): boolean =>
  kind === "srflx" || (kind === "prflx" && reach !== "private");

function pathOf(local: Side | null, remote: Side | null, row: Row | undefined): Path | null {
  if (!local || !remote) return null;
  const [own, other] = [local.kind === "relay", remote.kind === "relay"];
  if (own || other) {
    const whose = own && other ? "both" : own ? "own" : "other";
    return { by: "relay", way: own ? relayWayOf(row) : null, whose };
  }
  const by = translated(local) || translated(remote) ? "nat" : "direct";
  return { by, protocol: local.protocol };
}

function codecOf(rows: Rows, streams: readonly Row[], kind: string): string | null {
  const stream = streams.find((s) => s.kind === kind && text(s, "codecId") !== null);
  const mime = text(rows.get(text(stream, "codecId") ?? ""), "mimeType");
  return mime?.split("/")[1] ?? null;
}

function pictureOf(streams: readonly Row[]): Picture | null {
  const video = streams.find((s) => s.kind === "video" && num(s, "frameWidth"));
  const [width, height] = [num(video, "frameWidth"), num(video, "frameHeight")];
  return width && height ? { width, height, fps: num(video, "framesPerSecond") } : null;
}

interface Read {
  readonly pair: Row | undefined;
  /** What counts the bytes: the transport, which outlives its pairs, where it tells them. */
  readonly counted: Row | undefined;
  readonly incoming: readonly Row[];
  readonly outgoing: readonly Row[];
}

function read(rows: Rows): Read {
  const pair = selectedPair(rows);
  return {
    pair,
    counted: ofType(rows, "transport").find((t) => num(t, "bytesSent") !== null) ?? pair,
    incoming: ofType(rows, "inbound-rtp"),
    outgoing: ofType(rows, "outbound-rtp"),
  };
}

export function sampleOf(rows: Rows): Sample {
  const { counted, incoming, outgoing } = read(rows);
  return {
    at: num(counted, "timestamp") ?? num(incoming[0] ?? outgoing[0], "timestamp") ?? 0,
    counted: text(counted, "id") ?? "",
    counts: {
      sent: num(counted, "bytesSent") ?? sum(outgoing, "bytesSent"),
      received: num(counted, "bytesReceived") ?? sum(incoming, "bytesReceived"),
      packets: sum(incoming, "packetsReceived"),
      lost: sum(incoming, "packetsLost"),
    },
  };
}

function rateOf(now: Sample, before: Sample | null, key: "sent" | "received"): number | null {
  if (!before || before.counted !== now.counted || now.at <= before.at) return null;
  const bytes = now.counts[key] - before.counts[key];
  return bytes < 0 ? null : (bytes * 8_000) / (now.at - before.at);
}

function lossOf(now: Sample, before: Sample | null): number | null {
  if (!before) return null;
  const lost = Math.max(0, now.counts.lost - before.counts.lost);
  const all = lost + now.counts.packets - before.counts.packets;
  return all > 0 ? lost / all : null;
}

/** The figures now; rates and losses since the sample before. */
export function connectionOf(rows: Rows, before: Sample | null): Connection {
  const { pair, incoming, outgoing } = read(rows);
  const told = ofType(rows, "remote-inbound-rtp");
  const now = sampleOf(rows);
  const localRow = rows.get(text(pair, "localCandidateId") ?? "");
  const local = sideOf(localRow);
  const remote = sideOf(rows.get(text(pair, "remoteCandidateId") ?? ""));
  const flow = (streams: readonly Row[], rate: number | null, loss: number | null): Flow => ({
    rate,
    loss,
    audio: codecOf(rows, streams, "audio"),
    video: codecOf(rows, streams, "video"),
    picture: pictureOf(streams),
  });
  return {
    path: pathOf(local, remote, localRow),
    local,
    remote,
    roundTripMs: inMs(
      num(pair, "currentRoundTripTime") ?? most(told.map((r) => num(r, "roundTripTime"))),
    ),
    jitterMs: inMs(most(incoming.map((r) => num(r, "jitter")))),
    up: flow(outgoing, rateOf(now, before, "sent"), most(told.map((r) => num(r, "fractionLost")))),
    down: flow(incoming, rateOf(now, before, "received"), lossOf(now, before)),
  };
}

export const UNKNOWN: Connection = connectionOf(new Map(), null);

export type Quality = "good" | "fair" | "poor";

/** As a person would feel it (ITU-T G.114 for the delay); null while nothing is known. */
export function qualityOf(c: Connection): Quality | null {
  const loss = most([c.up.loss, c.down.loss]) ?? 0;
  const delay = c.roundTripMs;
  if (c.path === null || delay === null) return null;
  if (loss > 0.1 || delay > 600) return "poor";
  return loss > 0.02 || delay > 250 ? "fair" : "good";
}
