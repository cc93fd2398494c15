/*
 * Storing messages: sent over HTTP and acknowledged once they are on the disk.  Convene on SQLite and
 * on PostgreSQL, the same application on Sequelize with the same PostgreSQL, and what bounds them: the
 * same statements by pgbench, the disk's fsyncs, and SQLite where fsync costs nothing.  All take turns
 * in one run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createDatabase,
  dropDatabase,
  nameOf,
  testDatabaseUrl,
} from "../tests/support/postgres.mjs";
import { Server } from "../tests/support/program.mjs";
import { fsyncRate, pgbench, preparePgbench, send } from "./lib/post.mjs";
import { convene } from "./lib/sides.mjs";
import { median, round } from "./lib/table.mjs";

const SENDERS = 64;
const PEOPLE_A_CHANNEL = 4;
const POOL = "8";
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 3);
const peerProgram = join(dirname(fileURLToPath(import.meta.url)), "sequelize/server.mjs");

async function asked(server, cookie, method, path, body) {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { cookie, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** 64 people, four in each of 16 channels. */
async function settled(env, folder) {
  const { server, cookies } = await convene(SENDERS, { env, folder });
  const ids = await Promise.all(
    cookies.map(async (cookie) => (await asked(server, cookie, "GET", "/me")).id),
  );
  const senders = [];
  for (let i = 0; i < SENDERS; i += PEOPLE_A_CHANNEL) {
    const { id } = await asked(server, cookies[i], "POST", "/channels", {
      kind: "group",
      name: `Group ${i}`,
      members: ids.slice(i + 1, i + PEOPLE_A_CHANNEL),
    });
    for (const cookie of cookies.slice(i, i + PEOPLE_A_CHANNEL))
      senders.push({ channel: id, cookie });
  }
  return { server, senders };
}

/** Every side that works on PostgreSQL begins with a copy of one database. */
async function postgresSides() {
  const at = testDatabaseUrl();
  const template = createDatabase(at);
  const { server, senders } = await settled({ DATABASE_URL: template });
  await server.end("SIGTERM");
  server.remove();
  const [ours, theirs, bare] = [1, 2, 3].map(() => createDatabase(at, nameOf(template)));
  preparePgbench(bare);
  const env = (url) => ({ DATABASE_URL: url, DATABASE_POOL: POOL });
  return {
    ours: {
      senders,
      server: await Server.start({ env: { ...env(ours), RATE_LIMITS: "off" } }),
    },
    theirs: {
      senders,
      server: await Server.start({
        command: [process.execPath, "--no-warnings", peerProgram],
        env: { ...env(theirs), NODE_ENV: "production" },
      }),
    },
    bare,
    drop: () => {
      for (const url of [template, ours, theirs, bare]) dropDatabase(at, url);
    },
  };
}

const kinds = ["perSecond", "perCpuSecond", "p50", "p99"];

function middle(runs) {
  return Object.fromEntries(
    kinds
      .filter((kind) => runs[0][kind] !== undefined)
      .map((kind) => [kind, median(runs.map((r) => r[kind]))]),
  );
}

async function measure(sides) {
  const results = {};
  for (let i = 0; i <= ROUNDS; i++)
    for (const [name, [, once]] of Object.entries(sides)) {
      const one = await once(i === 0 ? 1 : SECONDS);
      if (i > 0) (results[name] ??= []).push(one); // the first warms up
    }
  return Object.fromEntries(Object.entries(results).map(([name, runs]) => [name, middle(runs)]));
}

const verdict = (what, value, goal, unit) => ({
  bench: "store",
  what,
  value: round(value),
  unit,
  goal,
});

function verdicts(of, fsyncs) {
  const bound = Math.min(SENDERS * fsyncs, of.free64.perSecond);
  return [
    verdict(
      "PostgreSQL, 64 senders: messages a second of application CPU, of Sequelize's",
      of.postgres64.perCpuSecond / of.sequelize64.perCpuSecond,
      ">= 4",
      "x",
    ),
    verdict(
      "PostgreSQL, 1 sender: the same",
      of.postgres1.perCpuSecond / of.sequelize1.perCpuSecond,
      ">= 4",
      "x",
    ),
    verdict(
      "PostgreSQL, 1 sender: p99, of pgbench's",
      of.postgres1.p99 / of.pgbench1.p99,
      "<= 2",
      "x",
    ),
    verdict(
      "PostgreSQL, 64 senders: p99, of pgbench's",
      of.postgres64.p99 / of.pgbench64.p99,
      "<= 2",
      "x",
    ),
    verdict(
      `SQLite, 64 senders: messages a second, of the smaller of 64 x ${Math.round(fsyncs)} fsyncs and ` +
        `${Math.round(of.free64.perSecond)} without fsync`,
      of.sqlite64.perSecond / bound,
      ">= 0.8",
      "x",
    ),
  ];
}

export async function store() {
  const disk = mkdtempSync(join(tmpdir(), "bench-store-"));
  const memory = mkdtempSync("/dev/shm/bench-store-");
  const postgres = await postgresSides();
  const sqlite = await settled({}, disk);
  const free = await settled({}, memory);
  const fsyncs = [];
  const both = (name, side) => [
    [`${name}1`, [1, (s) => send(side, 1, s)]],
    [`${name}64`, [SENDERS, (s) => send(side, SENDERS, s)]],
  ];
  const sides = Object.fromEntries([
    ["fsync", [1, async () => ({ perSecond: fsyncRate(disk) })]],
    ...both("sqlite", sqlite),
    ...both("postgres", postgres.ours),
    ...both("sequelize", postgres.theirs),
    ["pgbench1", [1, (s) => pgbench(postgres.bare, 1, s)]],
    ["pgbench64", [SENDERS, (s) => pgbench(postgres.bare, SENDERS, s)]],
    ["free64", [SENDERS, (s) => send(free, SENDERS, s)]],
  ]);
  const of = await measure(sides);
  for (const side of [sqlite, free, postgres.ours, postgres.theirs]) await side.server.stop();
  postgres.drop();
  rmSync(disk, { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });

  const called = {
    sqlite: "Convene on SQLite",
    postgres: "Convene on PostgreSQL",
    sequelize: "Sequelize on PostgreSQL",
    pgbench: "pgbench alone",
    free: "Convene on SQLite without fsync",
    fsync: "fsyncs of the disk",
  };
  const rows = Object.entries(of).map(([name, { perSecond, perCpuSecond, p50, p99 }]) => ({
    bench: "store",
    what: called[name.replace(/\d+$/, "")],
    senders: sides[name][0],
    per_second: Math.round(perSecond),
    ...(perCpuSecond === undefined ? {} : { per_cpu_second: Math.round(perCpuSecond) }),
    ...(p99 === undefined ? {} : { p50_ms: round(p50), p99_ms: round(p99) }),
  }));
  return [...rows, ...verdicts(of, of.fsync.perSecond)];
}
