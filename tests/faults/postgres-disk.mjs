/*
 * The disk of PostgreSQL's tables fills up; then the disk of its log fails (EIO), for which it ends
 * itself.  Nothing that was acknowledged is lost, what is wrong is told, reading goes on where it can,
 * and afterwards everything goes on without a restart of Convene.
 */
import { randomBytes } from "node:crypto";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createDatabase } from "../support/postgres.mjs";
import { pause, Server } from "../support/program.mjs";
import { people, uuid } from "./lib/client.mjs";
import { Cluster } from "./lib/cluster.mjs";
import { atMost, claim, finish, holds, table } from "./lib/report.mjs";
import { groups, row, Traffic } from "./lib/traffic.mjs";

const BACK_MS = 5000;
const SENDS_MAX = 8000;

const [small, brokenDisk] = process.argv.slice(2);
const mark = join(small, "broken");
const filler = join(small, "filler");
const cluster = await Cluster.make({
  tables: small,
  env: { LD_PRELOAD: brokenDisk, BROKEN_DISK: mark },
});
await cluster.start();
const server = await Server.start({
  env: { DATABASE_URL: createDatabase(cluster.url), RATE_LIMITS: "off" },
});
atMost(180, () => {
  server.kill();
  void cluster.remove();
});
const [ada, grace, ...others] = await people(server, 4);
const traffic = new Traffic(await groups([ada, grace, ...others], 4, 2));
const channel = traffic.channels[0].id;
const rows = [];
const readyz = () => fetch(`${server.url}/readyz`).then(async (r) => [r.status, await r.text()]);

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

/** Everybody writes until it is well again; then what is there is held to what they were told. */
async function after(name, well, known) {
  const back = await traffic.backAfter(well);
  await traffic.end();
  const found = await traffic.reckon();
  rows.push(row(name, traffic, found, back));
  holds(`${name}: everybody writes again after at most 5 s`, back <= BACK_MS, `${back} ms`);
  for (const [what, against] of Object.entries(found))
    claim(`${name}: nothing is ${what}`, against);
  claim(
    `${name}: people hear nothing but success and what is wrong`,
    Object.keys(traffic.answers).filter((status) => !["200", "201", ...known].includes(status)),
  );
  const [status, text] = await readyz();
  holds(`${name}: /readyz is content again`, status === 200, text);
}

fill();
let refused;
for (let i = 0; i < SENDS_MAX && !refused; i++) {
  // What is compressed takes no room.
  const answer = await ada.send(channel, uuid(), randomBytes(5000).toString("base64"));
  if (answer.status === 201) {
    traffic.acknowledged.push({ clientId: answer.body.client_id, row: answer.body });
  } else refused = answer;
}
holds(
  "a full disk is answered with 507 storage_full",
  refused?.status === 507 && refused.body.error.code === "storage_full",
  JSON.stringify(refused),
);
holds("PostgreSQL itself goes on", cluster.running);
const [status, text] = await readyz();
holds("/readyz says it", status === 503 && /disk of the database is full/.test(text), text);
traffic.begin(); // what still fits is stored
holds("and so does the log", /disk of the database is full/.test(server.output), server.output);
for (const path of ["/me", "/state", "/channels", `/channels/${channel}/messages`, "/people"]) {
  const answer = await grace.call("GET", path);
  holds(`reading goes on: ${path}`, answer.status === 200, JSON.stringify(answer.body));
}
rmSync(filler);
await after("full disk", Date.now(), ["507"]);

traffic.begin();
await pause(1000);
writeFileSync(mark, "");
await pause(3000);
holds("PostgreSQL does not trust a disk that fails", !(await cluster.answers()));
const failing = await readyz();
holds("EIO: /readyz says that it is away", failing[0] === 503, failing[1]);
rmSync(mark);
await cluster.recovered();
await after("EIO", Date.now(), ["503"]);

table(rows);
traffic.close();
holds("it stops by SIGTERM", (await server.end("SIGTERM")) === 0, server.output);
server.remove();
await cluster.remove();
finish();
