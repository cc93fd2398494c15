/*
 * Backups are taken while people write 200 messages a second.  Each, restored into an empty database,
 * is one state of the whole: every channel without a hole up to its own counters, with everything
 * that was acknowledged before the backup began.
 *
 * With TEST_DATABASE_URL on PostgreSQL, and restored into SQLite and PostgreSQL in turn.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { conveneBin, pause, Server } from "../support/program.mjs";
import { Person, people, uuid } from "./lib/client.mjs";
import { atMost, claim, finish, holds } from "./lib/report.mjs";

const BACKUPS = 3;
const SENDERS = 8;
const EACH_MS = 1000 * (SENDERS / 200);
const postgres = process.env.TEST_DATABASE_URL || undefined;
const folder = mkdtempSync(join(tmpdir(), "convene-backup-"));

function sql(text) {
  execFileSync("psql", ["-X", "-q", "-d", postgres, "-c", text], { stdio: "pipe" });
}

/** The settings of a database of its own. */
function database(name, onPostgres) {
  if (!onPostgres) return {};
  const url = new URL(postgres);
  url.pathname = `/t_backup_${process.pid}_${name}`;
  sql(`CREATE DATABASE ${url.pathname.slice(1)}`);
  return { DATABASE_URL: url.href };
}

function drop(env) {
  if (env.DATABASE_URL)
    sql(`DROP DATABASE ${new URL(env.DATABASE_URL).pathname.slice(1)} WITH (FORCE)`);
}

const run = (args, env) =>
  promisify(execFile)(conveneBin(), args, { env: { PATH: process.env.PATH, ...env } });

const env = { RATE_LIMITS: "off", ...database("source", postgres !== undefined) };
const server = await Server.start({ env, folder });
atMost(180, () => server.kill());
const all = await people(server, SENDERS);
const general = await all[0].general();
const group = (
  await all[0].must(201, "POST", "/channels", {
    kind: "group",
    name: "Both",
    members: all.slice(1).map((p) => p.me.id),
  })
).id;

let over = false;
const acknowledged = [];
const refused = [];

async function write(person) {
  for (let i = 0; !over; i++) {
    const begun = Date.now();
    const answer = await person.send(i % 2 ? group : general, uuid(), `${person.number} says ${i}`);
    if (answer.status === 201) acknowledged.push(answer.body);
    else refused.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    await pause(Math.max(0, EACH_MS - (Date.now() - begun)));
  }
}

const writing = all.map(write);
await pause(1500);
const made = [];
for (let i = 0; i < BACKUPS; i++) {
  const before = acknowledged.length;
  const path = join(folder, `backup-${i}`);
  await run(["backup", path], { DATA_DIR: join(folder, "data"), ...env });
  made.push({ path, before });
  await pause(700);
}
over = true;
await Promise.all(writing);
claim("nobody who wrote was refused meanwhile", refused);

/** What is wrong with a restored place. */
async function judge(restored, before) {
  const wrong = [];
  const ada = new Person(restored, 0);
  await ada.must(201, "POST", "/session", {
    email: "p0@example.org",
    password: "correct horse battery",
  });
  const { channels } = await ada.must(200, "GET", "/channels");
  const found = new Set();
  for (const c of channels) {
    const { rows } = await ada.changes(c.id, 0);
    rows.sort((a, b) => a.seq - b.seq);
    rows.forEach((row, at) => {
      found.add(row.id);
      if (row.seq !== at + 1) wrong.push(`${c.id}: ${row.seq} stands at ${at + 1}`);
    });
    const last = Math.max(0, ...rows.map((row) => row.change));
    if (c.last_change !== last) wrong.push(`${c.id}: counter ${c.last_change}, rows up to ${last}`);
  }
  for (const row of acknowledged.slice(0, before))
    if (!found.has(row.id)) wrong.push(`${row.id} was acknowledged before, and is not there`);
  return wrong;
}

for (const [i, { path, before }] of made.entries()) {
  const into = database(`restored_${i}`, postgres !== undefined && i % 2 === 0);
  const place = join(folder, `restored-${i}`);
  await run(["verify", path], {});
  await run(["restore", path], { DATA_DIR: join(place, "data"), ...into });
  const restored = await Server.start({ env: { RATE_LIMITS: "off", ...into }, folder: place });
  claim(
    `backup ${i + 1}, taken with ${before} messages acknowledged, is one state of the whole`,
    await judge(restored, before),
  );
  await restored.end("SIGTERM");
  drop(into);
}
const seconds = acknowledged.length;
holds(`messages went on (${seconds} in all)`, seconds > 300);
await server.end("SIGTERM");
drop(env);
server.remove();
finish();
