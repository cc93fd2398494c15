/*
 * The disk fills up while people write.  Sending is refused with 507 storage_full, reading and the
 * sockets go on, and once there is room again everything goes on without a restart.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pause, Server } from "../support/program.mjs";
import { people, uuid } from "./lib/client.mjs";
import { Receiver } from "./lib/receiver.mjs";
import { atMost, claim, finish, holds } from "./lib/report.mjs";

const SENDS_MAX = 4000;
const RECOVERY_MS = 15_000;
const TEXT = "x".repeat(8000);

const [folder] = process.argv.slice(2);
const filler = join(folder, "filler");
const server = await Server.start({ env: { RATE_LIMITS: "off" }, folder });
atMost(120, () => server.kill());

const [ada, grace] = await people(server, 2);
const channel = await ada.general();
const receiver = new Receiver(grace);
const acknowledged = [];

async function send(clientId = uuid()) {
  const answer = await ada.send(channel, clientId, `${acknowledged.length} ${TEXT}`);
  if (answer.status === 201) acknowledged.push(answer.body);
  return answer;
}

/** Takes all the room that is left. */
function fill() {
  const file = openSync(filler, "a");
  for (let size = 1 << 20; size >= 512; ) {
    try {
      if (writeSync(file, Buffer.alloc(size)) < size) size >>= 1;
    } catch {
      size >>= 1;
    }
  }
  closeSync(file);
}

for (let i = 0; i < 100; i++) await send();
holds("messages are stored while there is room", acknowledged.length === 100);

fill();
let refused;
let refusedId;
for (let i = 0; i < SENDS_MAX && !refused; i++) {
  refusedId = uuid();
  const answer = await send(refusedId);
  if (answer.status !== 201) refused = answer;
}
holds(
  "a send on a full disk is answered with 507 storage_full",
  refused?.status === 507 && refused.body.error.code === "storage_full",
  JSON.stringify(refused?.body),
);

const others = [];
for (let i = 0; i < 50; i++) {
  const answer = await send();
  if (answer.status !== 507 && answer.status !== 201) others.push(`${answer.status}`);
}
claim("and so is every one after it, unless it still fits", others);

const ready = async () => (await fetch(`${server.url}/readyz`)).status;
holds("/readyz says that nothing can be stored", (await ready()) === 503);
holds("and so does the log", /store\.write .*disk of the database is full/.test(server.output));

const broken = [];
for (const path of [
  "/me",
  "/state",
  "/channels",
  `/channels/${channel}/messages?limit=200`,
  "/people",
]) {
  const answer = await grace.call("GET", path);
  if (answer.status !== 200)
    broken.push(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
claim("reading goes on", broken);

const late = new Receiver(ada);
holds(
  "a page can be opened, and has everything",
  await late.reaches(channel, acknowledged.at(-1).change, Date.now() + 10_000),
);

rmSync(filler);
let again;
for (const end = Date.now() + RECOVERY_MS; Date.now() < end; await pause(200)) {
  again = await send(refusedId);
  if (again.status !== 507) break;
}
holds(
  "with room again the refused one is stored, without a restart",
  again.status === 201 && server.running,
  JSON.stringify(again.body),
);
for (let i = 0; i < 100; i++) await send();
holds("and /readyz is content again", (await ready()) === 200);

const { rows } = await grace.changes(channel, 0);
const texts = rows.filter((r) => r.kind === "text");
claim(
  "everything that was acknowledged is there once, and nothing that was refused",
  texts.map((r) => r.id).join() === acknowledged.map((r) => r.id).join()
    ? []
    : [`${texts.length} rows, ${acknowledged.length} acknowledged`],
);
claim(
  "seq runs without holes",
  rows.flatMap((r, i) => (r.seq === i + 1 ? [] : [`${r.seq} stands at ${i + 1}`])),
);
holds(
  "who listened all the time has seen the same",
  (await receiver.reaches(channel, rows.at(-1).change, Date.now() + 10_000)) &&
    receiver.timelines
      .get(channel)
      .rows.map((m) => m.id)
      .join() === rows.map((m) => m.id).join() &&
    receiver.faults.length === 0,
  receiver.faults.join("; "),
);

receiver.end();
late.end();
holds("it stops by SIGTERM", (await server.end("SIGTERM")) === 0, server.output);
server.spawn();
await server.ready();
holds(
  "and starts again with all of it",
  (await grace.changes(channel, 0)).rows.length === rows.length,
);

/** The folder goes while the program runs: what it wrote from then on would be lost with it. */
renameSync(join(folder, "data"), join(folder, "elsewhere"));
let gone;
for (const end = Date.now() + RECOVERY_MS; Date.now() < end; await pause(200)) {
  gone = await send();
  if (gone.status !== 201) break;
}
holds("a data folder that was moved away ends storing", gone.status === 503, `${gone.status}`);
holds("and /readyz says so", (await ready()) === 503);
holds("and the log", /store\.broken .*not there any more/.test(server.output), server.output);
renameSync(join(folder, "elsewhere"), join(folder, "data"));
await server.end("SIGTERM");
server.spawn();
await server.ready();
holds(
  "put back and started again, it stores",
  (await send()).status === 201 && (await ready()) === 200,
);
await server.end("SIGTERM");
finish();
