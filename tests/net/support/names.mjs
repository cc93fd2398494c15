// The name server of a machine in the lab: on its own loopback, as a stub resolver is, so that names are
// known however little the network lets through.  Chromium looks for relays in no file of hosts.
//
//     node names.mjs NAME=ADDRESS...      knows these, and that there are no others
import { createSocket } from "node:dgram";

const A = 1;
const AAAA = 28;
const HEADER = 12;
const NO_SUCH_NAME = 3;
const known = process.argv.slice(2).map((one) => one.split("="));

/** The bytes of an address of IPv4, or of IPv6 with one "::" within. */
function bytesOf(address) {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const [head, tail] = address
    .split("::")
    .map((part) => part.split(":").map((word) => Number.parseInt(word, 16)));
  const words = [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 255]));
}

/** The first question of a query: its name, its type, and where it ends. */
function questionOf(query) {
  const labels = [];
  let at = HEADER;
  for (; query[at] > 0; at += query[at] + 1)
    labels.push(query.toString("latin1", at + 1, at + 1 + query[at]));
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answer(query) {
  const { name, type, end } = questionOf(query);
  const mine = known.filter(([one]) => one === name);
  const found = mine
    .map(([, address]) => bytesOf(address))
    .filter((b) => (b.length === 4 && type === A) || (b.length === 16 && type === AAAA));
  const head = Buffer.alloc(HEADER);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8580 | (mine.length > 0 ? 0 : NO_SUCH_NAME), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found.length, 6);
  const rows = found.map((b) =>
    Buffer.concat([Buffer.from([0xc0, HEADER, 0, type, 0, 1, 0, 0, 0, 60, 0, b.length]), b]),
  );
  return Buffer.concat([head, query.subarray(HEADER, end), ...rows]);
}

const socket = createSocket("udp4");
socket.on("message", (query, from) => {
  if (query.length > HEADER + 5) socket.send(answer(query), from.port, from.address);
});
socket.bind(53, "127.0.0.1", () => process.stdout.write("ready\n"));
