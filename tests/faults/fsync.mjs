/*
 * The disk fails while SQLite flushes: from some fsync on each one says EIO (strace makes it so).  What
 * was not flushed is not acknowledged, nothing is written any more (a second fsync would say "done" of
 * pages that the kernel has dropped), reading goes on, and a restart has everything that was
 * acknowledged.
 */
import { execFileSync } from "node:child_process";
import { conveneBin, pause, Server } from "../support/program.mjs";
import { people, uuid } from "./lib/client.mjs";
import { atMost, claim, finish, holds } from "./lib/report.mjs";

const FAILS_AFTER = 60;
const SENDS_MAX = 2000;

const command = [
  "strace",
  "--follow-forks",
  "--quiet=all",
  "--trace=fsync,fdatasync",
  `--inject=fsync,fdatasync:error=EIO:when=${FAILS_AFTER}+`,
  "--output=/dev/null",
  conveneBin(),
];
const server = await Server.start({ command, env: { RATE_LIMITS: "off" } });
atMost(120, () => server.kill());
const [ada] = await people(server, 2);
const channel = await ada.general();
const ready = async () => (await fetch(`${server.url}/readyz`)).status;

const acknowledged = [];
let refused;
for (let i = 0; i < SENDS_MAX && !refused; i++) {
  const answer = await ada.send(channel, uuid(), `message ${i}`);
  if (answer.status === 201) acknowledged.push(answer.body);
  else refused = answer;
}
holds("messages were acknowledged before the disk failed", acknowledged.length > 0);
holds("the one whose flush failed is not", refused !== undefined && refused.status >= 500);

const wrong = [];
for (let i = 0; i < 30; i++) {
  const answer = await ada.send(channel, uuid(), "and again");
  if (answer.status !== 503) wrong.push(`${answer.status}`);
}
claim("and nothing is from then on: each send is answered 503", wrong);
await pause(200);
holds("/readyz says so", (await ready()) === 503);
holds("and the log says what to do", /store\.broken .*restart Convene/.test(server.output));
holds(
  "reading goes on",
  (await ada.call("GET", `/channels/${channel}/messages`)).status === 200,
);

/* strace would let go of it: so it is the program that is killed, and strace ends with it. */
execFileSync("pkill", ["-KILL", "-P", String(server.pid)]);
await server.end("SIGTERM");
const again = await Server.start({ folder: server.folder, env: { RATE_LIMITS: "off" } });
ada.server = again;
const { rows } = await ada.changes(channel, 0);
const there = new Set(rows.map((row) => row.id));
claim(
  "a restart has everything that was acknowledged",
  acknowledged.filter((row) => !there.has(row.id)).map((row) => row.id),
);
holds("and writes", (await ada.send(channel, uuid(), "after")).status === 201);
await again.end("SIGTERM");
again.remove();
finish();
