// PostgreSQL servers that are killed, stopped and promoted: each on a folder and port of its own.
import { execFile, execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  chownSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sql } from "../../support/postgres.mjs";
import { freePort, pause } from "../../support/program.mjs";

const START_MS = 30_000;
const STOP_MS = 15_000;
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 64MB
wal_keep_size = 256MB
`;
const run = promisify(execFile);

const HOME = "/usr/lib/postgresql";
const newest = readdirSync(HOME)
  .sort((a, b) => Number(a) - Number(b))
  .at(-1);
const bin = join(HOME, newest, "bin");
const asRoot = process.getuid() === 0;

/** The server refuses to be root; and it ends with the test, however that ends. */
const prefix = ["setpriv", "--pdeathsig", "KILL"].concat(
  asRoot ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [],
);
const env = { PATH: process.env.PATH, LC_ALL: "C.UTF-8" };

function ownFolder(parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, "faults-pg-"));
  const id = (what) => Number(execFileSync("id", [what, "postgres"], { encoding: "utf8" }));
  if (asRoot) chownSync(folder, id("-u"), id("-g"));
  return folder;
}

/** The processes whose parent is `pid`, with the words that they show. */
function childrenOf(pid) {
  const found = [];
  for (const name of readdirSync("/proc").filter((n) => /^\d+$/.test(n)))
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) !== pid) continue;
      const title = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      found.push({ pid: Number(name), title });
    } catch {
      // It has ended meanwhile.
    }
  return found;
}

function signalAll(pids, signal) {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
}

export class Cluster {
  #process;

  constructor(folder, port, more = {}) {
    this.folder = folder;
    this.port = port;
    this.env = { ...env, ...more };
    this.data = join(folder, "data");
  }

  /**
   * A new one, not started.
   * @param of.tables a folder for everything but its log
   * @param of.env    for the server
   */
  static async make(of = {}) {
    const c = new Cluster(ownFolder(), await freePort(), of.env);
    const order = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"];
    if (of.tables) {
      c.tables = ownFolder(of.tables);
      c.data = join(c.tables, "data");
      order.push("-X", join(c.folder, "wal"));
    }
    await c.#program("initdb", "-D", c.data, ...order);
    appendFileSync(join(c.data, "postgresql.conf"), SETTINGS);
    return c;
  }

  /** One that follows another, which waits for it from then on; started. */
  static async standbyOf(primary, port) {
    const c = new Cluster(ownFolder(), port ?? (await freePort()));
    const slot = `s${c.port}_${Date.now()}`;
    const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", "postgres"];
    const how = ["-D", c.data, "-R", "-X", "stream", "-C", "-S", slot, "-c", "fast", "--no-sync"];
    await c.#program("pg_basebackup", ...from, ...how);
    // Once promoted it has nobody to wait for.
    appendFileSync(join(c.data, "postgresql.auto.conf"), "synchronous_standby_names = ''\n");
    await c.start();
    sql(primary.url, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()");
    await until(() => sql(primary.url, "SELECT sync_state FROM pg_stat_replication") === "sync");
    return c;
  }

  get url() {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  #program(name, ...rest) {
    const [first, ...others] = [...prefix, join(bin, name), ...rest];
    return run(first, others, { env: this.env, cwd: this.folder });
  }

  /** Starts it, and waits until it answers. */
  async start() {
    const log = openSync(join(this.folder, "log"), "a");
    const [first, ...rest] = [...prefix, join(bin, "postgres"), "-D", this.data];
    this.#process = spawn(first, [...rest, "-p", String(this.port)], {
      env: this.env,
      cwd: this.folder,
      detached: true,
      stdio: ["ignore", log, log],
    });
    await until(() => {
      if (!this.running)
        throw new Error(
          `postgres ended: ${readFileSync(join(this.folder, "log"), "utf8").slice(-2000)}`,
        );
      return this.answers();
    });
  }

  /** It takes connections. */
  answers() {
    const order = ["-q", "-h", "127.0.0.1", "-p", String(this.port)];
    return run(join(bin, "pg_isready"), order).then(
      () => true,
      () => false,
    );
  }

  /** After a crash: by itself, or else anew. */
  async recovered() {
    while (this.running && !(await this.answers())) await pause(20);
    if (!this.running) await this.start();
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get #pids() {
    const main = this.#process.pid;
    return [main, ...childrenOf(main).map((c) => c.pid)];
  }

  async #gone() {
    if (this.running) await new Promise((done) => this.#process.once("exit", done));
  }

  /** INT: sessions are ended; QUIT: at once, without a checkpoint. */
  async stop(signal = "SIGINT") {
    const late = setTimeout(() => signalAll(this.#pids, "SIGKILL"), STOP_MS);
    this.#process.kill(signal);
    await this.#gone();
    clearTimeout(late);
  }

  /** As when the machine goes: every process of it in one moment. */
  async killAll() {
    const all = this.#pids;
    signalAll(all, "SIGKILL");
    await this.#gone();
    await until(() => all.every((pid) => !alive(pid)));
  }

  /** kill -9 of one that serves a client, for which the server ends all others and recovers. */
  crashBackend() {
    const one = childrenOf(this.#process.pid).find((c) =>
      /postgres: postgres \w+ 127/.test(c.title),
    );
    if (!one) throw new Error("nobody is connected");
    process.kill(one.pid, "SIGKILL");
  }

  freeze() {
    signalAll(this.#pids, "SIGSTOP");
  }

  thaw() {
    signalAll(this.#pids, "SIGCONT");
  }

  /** The process that takes the primary's changes in. */
  signalReceiver(signal) {
    const one = childrenOf(this.#process.pid).find((c) => c.title.includes("walreceiver"));
    if (one) process.kill(one.pid, signal);
    return one !== undefined;
  }

  async promote() {
    sql(this.url, "SELECT pg_promote(false)");
    await until(() => sql(this.url, "SELECT pg_is_in_recovery()") === "f", 2);
  }

  async remove() {
    if (this.#process && this.running) {
      this.thaw();
      await this.stop("SIGQUIT");
    }
    for (const folder of [this.folder, this.tables ?? this.folder])
      rmSync(folder, { recursive: true, force: true });
  }
}

function alive(pid) {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

async function until(holds, every = 20) {
  for (const end = Date.now() + START_MS; Date.now() < end; await pause(every))
    if (await holds()) return;
  throw new Error(`this never came to be: ${holds}`);
}
