// Session descriptions of the load generator's clients, and what it needs to know of a server's.
import { randomBytes } from "node:crypto";

export const EXTENSIONS = {
  "urn:ietf:params:rtp-hdrext:sdes:mid": 1,
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01": 3,
  "urn:ietf:params:rtp-hdrext:ssrc-audio-level": 4,
};
const LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
export const OPUS = 111;
export const VP8 = 96;
const VP8_RTX = 97;

const word = (bytes) => randomBytes(bytes).toString("hex");
export const newWord = () => [word(4), word(12)];

function codecs(kind) {
  if (kind === "audio") return [`a=rtpmap:${OPUS} opus/48000/2`, `a=fmtp:${OPUS} useinbandfec=1`];
  return [
    `a=rtpmap:${VP8} VP8/90000`,
    `a=rtcp-fb:${VP8} nack`,
    `a=rtcp-fb:${VP8} nack pli`,
    `a=rtcp-fb:${VP8} transport-cc`,
    `a=rtpmap:${VP8_RTX} rtx/90000`,
    `a=fmtp:${VP8_RTX} apt=${VP8}`,
  ];
}

/** A media line: {kind, direction, ssrc?, mid?}. */
function section(line, nth, of) {
  const { kind, direction, ssrc } = line;
  const extensions = Object.entries(of.extensions).filter(([uri]) => kind === "audio" || uri !== LEVEL);
  const types = kind === "audio" ? `${OPUS}` : `${VP8} ${VP8_RTX}`;
  return [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${types}`,
    "c=IN IP4 0.0.0.0",
    `a=mid:${line.mid ?? nth}`,
    `a=ice-ufrag:${of.word[0]}`,
    `a=ice-pwd:${of.word[1]}`,
    `a=fingerprint:sha-256 ${of.fingerprint}`,
    "a=setup:active",
    "a=rtcp-mux",
    `a=${direction}`,
    ...codecs(kind),
    ...extensions.map(([uri, id]) => `a=extmap:${id} ${uri}`),
    ...(ssrc ? [`a=msid:s s${nth}`, `a=ssrc:${ssrc} cname:load`] : []),
  ];
}

/** Offer or answer of a client; of: {word, fingerprint, extensions}. */
export function describe(lines, of) {
  const mids = lines.map((line, i) => line.mid ?? i).join(" ");
  return [
    "v=0",
    `o=- ${BigInt(`0x${word(7)}`)} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    `a=group:BUNDLE ${mids}`,
    "a=msid-semantic: WMS *",
    ...lines.flatMap((line, i) => section(line, i, of)),
    "",
  ].join("\r\n");
}

/** Where the server is, its credentials, and the ids of its extensions. */
export function read(sdp) {
  const first = (pattern) => sdp.match(pattern)?.slice(1);
  const hosts = [...sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/gim)];
  const host = hosts.find(([, ip]) => ip !== "127.0.0.1") ?? hosts[0];
  if (!host) throw new Error(`no address of IPv4 in ${sdp}`);
  return {
    server: [host[1], Number(host[2])],
    theirs: [first(/^a=ice-ufrag:(\S+)/m)[0], first(/^a=ice-pwd:(\S+)/m)[0]],
    lines: [...sdp.matchAll(/^m=(audio|video)[\s\S]*?(?=^m=|$(?![\s\S]))/gm)].map(([text, kind]) => ({
      kind,
      mid: text.match(/^a=mid:(\S+)/m)[1],
    })),
    extensions: Object.fromEntries(
      [...sdp.matchAll(/^a=extmap:(\d+)(?:\/\S+)? (\S+)/gm)].map(([, id, uri]) => [uri, Number(id)]),
    ),
  };
}
