// Sending messages as fast as they are acknowledged, and what bounds that from below.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { sql } from "../../tests/support/postgres.mjs";

const bare = join(dirname(fileURLToPath(import.meta.url)), "../bare");
const run = promisify(execFile);
const FSYNC_MS = 1000;
const PAGE = 4096;
const PAGES = 256;

/** So many senders with one message under way each; per second, latencies in ms, and CPU. */
export async function send(side, senders, seconds) {
  const file = join(side.server.folder, "senders");
  writeFileSync(
    file,
    side.senders.map((s) => `/api/v1/channels/${s.channel}/messages ${s.cookie}\n`).join(""),
  );
  const before = side.server.cpu();
  const { stdout } = await run(
    "wrk",
    [
      "-t1",
      `-c${senders}`,
      `-d${seconds}s`,
      "-s",
      join(bare, "send.lua"),
      `http://127.0.0.1:${side.server.port}`,
    ],
    { env: { ...process.env, SENDERS: file, SALT: randomBytes(4).toString("hex") } },
  );
  const cpu = side.server.cpu() - before;
  const told = JSON.parse(stdout.trim().split("\n").at(-1));
  if (told.failed > 0) throw new Error(`${side.name}: ${told.failed} requests failed: ${stdout}`);
  return {
    perSecond: told.requests / (told.us / 1e6),
    perCpuSecond: told.requests / cpu,
    p50: told.p50,
    p99: told.p99,
  };
}

/** 64 people in 16 channels, with plain numbers as ids, which is all that pgbench can make up. */
export function preparePgbench(url) {
  sql(
    url,
    `INSERT INTO person (id, email, name, search, role, created_at)
       SELECT i, i || '@bench', i, i, 'member', 0 FROM generate_series(1, 64) i`,
    "INSERT INTO channel (id, kind, name, created_at) SELECT i, 'group', i, 0 FROM generate_series(0, 15) i",
    `INSERT INTO channel_head (channel, last_seq, last_n, last_change, members)
       SELECT i, 0, 0, 0, 4 FROM generate_series(0, 15) i`,
    `INSERT INTO member (channel, person, read_seq, read_n, joined_at)
       SELECT (i - 1) / 4, i, 0, 0, 0 FROM generate_series(1, 64) i`,
  );
}

/** The same statements without any program in between. */
export async function pgbench(url, senders, seconds) {
  const folder = mkdtempSync(join(tmpdir(), "pgbench-"));
  const order = ["-n", "-M", "prepared", "-c", senders, "-j", 1, "-T", seconds, "-l"];
  await run("pgbench", [...order.map(String), "-f", join(bare, "send.sql"), url], { cwd: folder });
  const ms = readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .map((line) => Number(line.split(" ")[2]) / 1000)
    .sort((a, b) => a - b);
  rmSync(folder, { recursive: true });
  const at = (part) => ms[Math.min(ms.length - 1, Math.floor(ms.length * part))];
  return { perSecond: ms.length / seconds, p50: at(0.5), p99: at(0.99) };
}

/** How often a second a page that is written again reaches the disk of a folder. */
export function fsyncRate(folder) {
  const name = join(folder, "fsync");
  const file = openSync(name, "w");
  const page = Buffer.alloc(PAGE, 1);
  for (let i = 0; i < PAGES; i++) writeSync(file, page);
  fdatasyncSync(file);
  const begun = performance.now();
  let n = 0;
  for (; performance.now() - begun < FSYNC_MS; n++) {
    writeSync(file, page, 0, PAGE, (n % PAGES) * PAGE);
    fdatasyncSync(file);
  }
  const seconds = (performance.now() - begun) / 1000;
  closeSync(file);
  rmSync(name);
  return n / seconds;
}
