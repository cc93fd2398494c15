/*
 * The database goes away, stops, is slow or takes no changes, while people write.  Whoever is not
 * answered, or with 503, sends the same message again; nothing that was acknowledged may be lost, or
 * be there twice, and once the database is back everybody writes again without a restart.
 */
import { sql } from "../support/postgres.mjs";
import { freePort, pause, Server } from "../support/program.mjs";
import { people } from "./lib/client.mjs";
import { Cluster } from "./lib/cluster.mjs";
import { Wire } from "./lib/wire.mjs";
import { atMost, claim, finish, holds, table } from "./lib/report.mjs";
import { groups, row, Traffic } from "./lib/traffic.mjs";

const LIMIT_S = 300;
const BACK_MS = 5000;
const PATIENCE_MS = 6500; // 5 s that a request waits, and what the machine takes
const UNANSWERED_MS = 13_500; // 12 s until a server that says nothing is given up
const PASSWORD = "hidden-secret";

const cluster = await Cluster.make();
const rows = [];
const servers = [];
atMost(LIMIT_S, () => {
  for (const s of servers) s.kill();
  void cluster.remove();
});

async function start(port, env = {}) {
  const server = await Server.start({
    env: {
      DATABASE_URL: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
      RATE_LIMITS: "off",
      ...env,
    },
  });
  servers.push(server);
  return server;
}

async function refusedStart() {
  const begun = Date.now();
  const why = await start(await freePort(), { DATABASE_WAIT: "2" }).then(
    (s) => s.stop().then(() => ""),
    (error) => error.message,
  );
  holds(
    "a database that does not come ends the start with a sentence",
    /DATABASE_URL/.test(why) && /nothing listens/.test(why) && Date.now() - begun < 8000,
    why,
  );
  holds(
    "which does not hold the password",
    /DATABASE_URL/.test(why) && !why.includes(PASSWORD),
    why,
  );
}

await refusedStart();
const starting = start(cluster.port);
await pause(2500);
await cluster.start();
await (await starting).stop();
holds("a database that comes while Convene starts is waited for", true);

const wire = await Wire.to(cluster.port);
const server = await start(wire.port);
const all = await people(server, 8);
const traffic = new Traffic(await groups(all, 6, 3));

const readyz = () => fetch(`${server.url}/readyz`).then(async (r) => [r.status, await r.text()]);

/** What must be so while nothing can be stored. */
async function claimAway(name, words) {
  const [status, text] = await readyz();
  holds(
    `${name}: /readyz says what is wrong`,
    status === 503 && words.test(text),
    `${status} ${text}`,
  );
  holds(`${name}: and holds no password`, !text.includes(PASSWORD), text);
  const alive = await fetch(`${server.url}/healthz`);
  holds(`${name}: /healthz stays content`, alive.status === 200, `${alive.status}`);
}

/**
 * One fault under traffic.
 * @param act does it, and returns the moment from which on everything is well again
 */
async function fault(name, act, { patience = PATIENCE_MS, within = BACK_MS } = {}) {
  traffic.begin();
  await traffic.backAfter(Date.now());
  await pause(1000);
  const well = await act(name);
  const back = await traffic.backAfter(well);
  await traffic.end();
  const found = await traffic.reckon();
  rows.push(row(name, traffic, found, back));
  holds(
    `${name}: everybody writes again after at most ${within / 1000} s`,
    back <= within,
    `${back} ms`,
  );
  for (const [what, against] of Object.entries(found))
    claim(`${name}: nothing is ${what}`, against);
  claim(
    `${name}: people hear nothing but success and "unavailable"`,
    Object.keys(traffic.answers).filter((status) => !["200", "201", "503"].includes(status)),
  );
  holds(
    `${name}: each request is answered in time`,
    traffic.slowestMs <= patience,
    `${traffic.slowestMs} ms`,
  );
  const [status, text] = await readyz();
  holds(`${name}: /readyz is content again`, status === 200, text);
}

async function away(name, ms, words) {
  await pause(ms);
  await claimAway(name, words);
}

await fault("killed, back after 3 s", async (name) => {
  await cluster.killAll();
  await wire.close();
  await away(name, 3000, /nothing listens/);
  await cluster.start();
  await wire.open();
  return Date.now();
});

await fault("stopped, back after 9 s", async (name) => {
  await cluster.stop();
  await wire.close();
  await away(name, 9000, /nothing listens/);
  await cluster.start();
  await wire.open();
  return Date.now();
});

await fault("a backend crashes", async () => {
  cluster.crashBackend();
  return Date.now();
});

await fault("connections cut 60 times", async () => {
  for (let i = 0; i < 60; i++) {
    await pause(Math.random() * 60);
    if (i % 2) wire.cut(0.7);
    else wire.muffle(Math.random() * 20);
  }
  return Date.now();
});

await fault("slow: 100 ms either way", async () => {
  wire.delayMs = 100;
  await pause(5000);
  wire.delayMs = 0;
  return Date.now();
});

await fault(
  "silent for 8 s",
  async () => {
    wire.silent = true;
    await pause(8000);
    wire.silent = false;
    return Date.now();
  },
  { patience: UNANSWERED_MS },
);

await fault(
  "SIGSTOP for 8 s",
  async () => {
    cluster.freeze();
    await pause(8000);
    cluster.thaw();
    return Date.now();
  },
  { patience: UNANSWERED_MS },
);

await fault(
  "connections forgotten on the way",
  async () => {
    wire.forget();
    return Date.now();
  },
  { patience: UNANSWERED_MS, within: UNANSWERED_MS },
);

await fault("takes no changes for 4 s", async (name) => {
  const set = (how) => sql(cluster.url, `ALTER SYSTEM ${how}`, "SELECT pg_reload_conf()");
  set("SET default_transaction_read_only = on");
  await pause(200);
  wire.cut();
  await away(name, 4000, /no changes/);
  set("RESET default_transaction_read_only");
  return Date.now();
});

table(rows);
traffic.close();
holds("it stops by SIGTERM", (await server.end("SIGTERM")) === 0, server.output);
holds("its log holds no password", !server.output.includes(PASSWORD));
server.remove();
await wire.close();
await cluster.remove();
finish();
