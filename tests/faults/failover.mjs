/*
 * Two servers, of which the standby takes over: the primary, which waits for it with each commit, is
 * killed while the standby is held up, so that commits are under way whose outcome nobody was told.
 * DATABASE_URL names both.  Then the other way round, again and again, under traffic.
 *
 *     FAILOVERS=20   how often
 */
import { sql } from "../support/postgres.mjs";
import { freePort, pause, Server } from "../support/program.mjs";
import { people } from "./lib/client.mjs";
import { Cluster } from "./lib/cluster.mjs";
import { atMost, claim, finish, holds, table } from "./lib/report.mjs";
import { groups, row, Traffic } from "./lib/traffic.mjs";

const FAILOVERS = Number(process.env.FAILOVERS ?? 3);
const LIMIT_S = 60 + 30 * FAILOVERS;
const BACK_MS = 5000;

let primary = await Cluster.make();
await primary.start();
let standby = await Cluster.standbyOf(primary, await freePort());
const hosts = [primary, standby].map((c) => `127.0.0.1:${c.port}`).join(",");
const server = await Server.start({
  env: {
    DATABASE_URL: `postgres://postgres@${hosts}/postgres?target_session_attrs=read-write`,
    RATE_LIMITS: "off",
    LOG_LEVEL: "info",
  },
});
atMost(LIMIT_S, () => {
  server.kill();
  void primary.remove();
  void standby.remove();
});
const all = await people(server, 8);
const traffic = new Traffic(await groups(all, 8, 3));
const rows = [];

/** The moment of the promotion. */
async function failOver() {
  const begun = Date.now();
  const held = standby.signalReceiver("SIGSTOP");
  await pause(20 + Math.random() * 400);
  await primary.killAll();
  if (held) standby.signalReceiver("SIGCONT");
  const down = Date.now();
  await pause(Math.random() * 3000);
  await standby.promote();
  return { held, begun, down, promoted: Date.now() };
}

/** The one that died follows the other, on the same port, with nothing of its own. */
async function rebuild() {
  const { port } = primary;
  await primary.remove();
  primary = standby;
  standby = await Cluster.standbyOf(primary, port);
}

for (let i = 1; i <= FAILOVERS; i++) {
  const name = `failover ${i}`;
  traffic.begin();
  await traffic.backAfter(Date.now());
  await pause(500 + Math.random() * 1000);
  const { held, promoted } = await failOver();
  const back = await traffic.backAfter(promoted);
  await traffic.end();
  const found = await traffic.reckon();
  rows.push(row(name, traffic, found, back));
  holds(`${name}: the standby was held up`, held);
  holds(`${name}: everybody writes at most 5 s after the promotion`, back <= BACK_MS, `${back} ms`);
  for (const [what, against] of Object.entries(found))
    claim(`${name}: nothing is ${what}`, against);
  claim(
    `${name}: people hear nothing but success and "unavailable"`,
    Object.keys(traffic.answers).filter((status) => !["200", "201", "503"].includes(status)),
  );
  traffic.begin();
  await rebuild();
  await traffic.end();
}

/* Somebody ends the wait for the standby: the server says "done" with a warning, which is no answer. */
async function cancelWait() {
  const waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
  traffic.begin();
  await traffic.backAfter(Date.now());
  standby.signalReceiver("SIGSTOP");
  for (let left = 200; left > 0 && sql(primary.url, `SELECT COUNT(*) ${waiting}`) === "0"; left--)
    await pause(25);
  sql(primary.url, `SELECT pg_cancel_backend(pid) ${waiting}`);
  await pause(300);
  standby.signalReceiver("SIGCONT");
  await traffic.backAfter(Date.now());
  await traffic.end();
  const found = await traffic.reckon();
  for (const [what, against] of Object.entries(found))
    claim(`wait for the standby ended: nothing is ${what}`, against);
  holds(
    "wait for the standby ended: it does not count as done",
    server.output.includes("it stopped waiting for its synchronous standby"),
  );
}
await cancelWait();

table(rows);
const outcomes = (what) => server.output.split(`store.back outcome=${what}`).length - 1;
console.log(`# outcomes asked for: ${outcomes("committed")} committed, ${outcomes("none")} not`);
traffic.close();
holds("it stops by SIGTERM", (await server.end("SIGTERM")) === 0, server.output);
server.remove();
await primary.remove();
await standby.remove();
finish();
