/* Sends COUNT datagrams to PORT of this machine, as fast as it can: node flood.mjs PORT COUNT */
import { randomBytes, randomInt } from "node:crypto";
import { createSocket } from "node:dgram";

const BURST = 64;
const [port = 0, count = 0] = process.argv.slice(2).map(Number);

/** Begins as the kinds do that share the port (RFC 7983), and goes on as chance has it. */
function noise() {
  const bytes = randomBytes(randomInt(1, 1200));
  const kind = randomInt(0, 6);
  if (kind === 0) bytes[0] = 0x80 | randomInt(0, 16);
  if (kind === 1) Buffer.from([0x80, 200]).copy(bytes);
  if (kind === 2) Buffer.from([0x16, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]).copy(bytes);
  if (kind === 3) Buffer.from([0x40, 0, 0, 4]).copy(bytes);
  if (kind === 4 && bytes.length > 40) {
    /* a check of somebody who knows no password */
    Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]).copy(bytes);
    bytes.writeUInt16BE((bytes.length - 20) & ~3, 2);
    Buffer.from([0, 6, 0, 9, 0x41]).copy(bytes, 20);
  }
  return bytes;
}

const socket = createSocket("udp4");
const kinds = Array.from({ length: 4096 }, noise);
const one = () =>
  new Promise((done) =>
    socket.send(kinds[randomInt(0, kinds.length)], port, "127.0.0.1", () => done()),
  );
for (let sent = 0; sent < count; sent += BURST)
  await Promise.all(Array.from({ length: BURST }, one));
socket.close();
