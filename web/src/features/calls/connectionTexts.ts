/* The figures of a connection in words.  Pure. */
import type { Flow, Path, Quality, Side } from "./engine/report";

export const UNKNOWN_TEXT = "not known yet";

interface PathWords {
  readonly title: string;
  readonly say: string;
}

const OVER = { udp: "UDP", tcp: "TCP", tls: "TLS" } as const;

const RELAYED =
  "Picture and sound go through a relay, which passes them on and cannot look inside.";

const STRAIGHT: Readonly<Record<"direct" | "nat", PathWords>> = {
  direct: { title: "Direct", say: "The two of you reach each other without anything between." },
  nat: {
    title: "Direct through NAT",
    say: "The two of you reach each other through a router that translates addresses.",
  },
};

const TO_ROOM = "Picture and sound go to the server, which hands them to everybody in the meeting.";

function noWay(to: string, failed: boolean): PathWords {
  const say = failed
    ? `No way to ${to} was found. It is tried again when the network changes.`
    : `The way to ${to} is looked for.`;
  return { title: "No connection yet", say };
}

interface Circumstances {
  /** To the server's room, rather than to another page. */
  readonly room?: boolean;
  /** All that there is has been tried. */
  readonly failed?: boolean;
}

export function pathWords(path: Path | null, { room, failed }: Circumstances = {}): PathWords {
  if (!path) return noWay(room ? "the server" : "the other side", failed === true);
  return room ? toServer(path) : toOther(path);
}

function toServer(path: Path): PathWords {
  const relay = path.by === "relay" ? ` by a relay over ${OVER[path.way ?? "udp"]}` : "";
  const tcp = path.by !== "relay" && path.protocol === "tcp" ? ", over TCP" : "";
  return { title: `To the server${relay}${tcp}`, say: TO_ROOM };
}

function toOther(path: Path): PathWords {
  if (path.by !== "relay") {
    const { title, say } = STRAIGHT[path.by];
    return { title: path.protocol === "tcp" ? `${title}, over TCP` : title, say };
  }
  if (path.whose === "other")
    return {
      title: "Relay of the other side",
      say: `${RELAYED} It is the other side that uses it.`,
    };
  return { title: path.way ? `Relay over ${OVER[path.way]}` : "Relay", say: RELAYED };
}

const KINDS = {
  host: "address",
  srflx: "address at a NAT",
  prflx: "address met on the way",
} as const;

const withCapital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export function sideText(side: Side | null): string {
  if (!side) return UNKNOWN_TEXT;
  if (side.kind === "relay") return "Address at a relay";
  const reach = side.reach === "private" || side.reach === "public" ? `${side.reach} ` : "";
  return withCapital(`${reach}${KINDS[side.kind]}, ${OVER[side.protocol]}`);
}

export function msText(ms: number | null): string {
  if (ms === null) return UNKNOWN_TEXT;
  return ms < 1 ? "under 1 ms" : `${Math.round(ms)} ms`;
}

export function rateText(rate: number | null): string {
  if (rate === null) return UNKNOWN_TEXT;
  if (rate >= 1_000_000) return `${(rate / 1_000_000).toFixed(1)} Mbit/s`;
  return `${Math.round(rate / 1_000)} kbit/s`;
}

export function lossText(loss: number | null): string {
  if (loss === null) return UNKNOWN_TEXT;
  const percent = loss * 100;
  return percent > 0 && percent < 10 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}

export const soundText = ({ audio }: Flow): string => (audio ? withCapital(audio) : UNKNOWN_TEXT);

/** A codec without a picture: the camera is off. */
export function pictureText({ video, picture }: Flow): string {
  if (!picture) return video ? `${video}, none at present` : UNKNOWN_TEXT;
  const { width, height, fps } = picture;
  const often = fps === null ? "" : `, ${Math.round(fps)} a second`;
  return `${video ?? ""} ${width} × ${height}${often}`.trim();
}

export const qualityText = (quality: Quality | null): string => quality ?? UNKNOWN_TEXT;
