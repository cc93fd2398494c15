import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { freePort } from "./ports";

const READY_MS = 20_000;
const STOP_MS = 15_000;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Where databases can be made; without one the program keeps everything in its folder. */
const postgres = process.env["TEST_DATABASE_URL"] || undefined;

function sql(text: string): void {
  execFileSync("psql", ["-X", "-q", "-d", postgres ?? "", "-c", text], { stdio: "pipe" });
}

/** The URL of a database that is the folder's own. */
function databaseOf(folder: string): string {
  const url = new URL(postgres ?? "");
  url.pathname = `/${basename(folder).toLowerCase().replace(/[^a-z0-9]/g, "_")}`;
  return url.href;
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1);
}

export interface ServerOptions {
  readonly folder?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it is reached, when that is not this machine's own name. */
  readonly url?: string;
}

/** The real program on a free port with a data folder of its own. */
export class Server {
  readonly port: number;
  readonly folder: string;
  readonly url: string;
  /** All that it has printed. */
  output = "";
  #process: ChildProcess;
  #env: Readonly<Record<string, string>>;

  private constructor(port: number, folder: string, options: ServerOptions) {
    this.port = port;
    this.folder = folder;
    this.url = options.url ?? `http://localhost:${port}`;
    this.#env = { ...options.env };
    this.#process = this.#spawn();
  }

  static async start(options: ServerOptions = {}): Promise<Server> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), "convene-api-"));
    const env = { ...options.env };
    if (postgres !== undefined && env["DATABASE_URL"] === undefined) {
      env["DATABASE_URL"] = databaseOf(folder);
      sql(`DROP DATABASE IF EXISTS ${nameIn(env["DATABASE_URL"])} WITH (FORCE)`);
      sql(`CREATE DATABASE ${nameIn(env["DATABASE_URL"])}`);
      env["SESSION_SECRET"] ??= "for-tests-alone-for-tests-alone-1";
    }
    const server = new Server(options.port ?? (await freePort()), folder, { ...options, env });
    await server.ready();
    return server;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The secret of the set-up link that it printed. */
  get setupToken(): string {
    const found = /\/setup#([A-Za-z0-9_-]{43})/.exec(this.output);
    if (found?.[1] === undefined) throw new Error(`no set-up link in: ${this.output}`);
    return found[1];
  }

  async ready(): Promise<void> {
    const end = Date.now() + READY_MS;
    while (Date.now() < end) {
      if (this.#process.exitCode !== null) break;
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      /* What it printed comes by a pipe of its own, maybe later than the answer. */
      if (answer?.ok && this.output.includes("is ready at")) return;
      await pause(20);
    }
    throw new Error(`the server did not come up: ${this.output}`);
  }

  /** Ends it by a signal; its exit code, or the signal's name. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    const child = this.#process;
    if (child.exitCode !== null) return child.exitCode;
    const gone = new Promise<number | string>((done) =>
      child.once("exit", (code, by) => done(code ?? by ?? "")),
    );
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const how = await gone;
    clearTimeout(late);
    return how;
  }

  /** Settings from the next start on, besides those it has. */
  setEnv(env: Readonly<Record<string, string>>): void {
    this.#env = { ...this.#env, ...env };
  }

  /** Starts it anew on the same port and folder. */
  async again(): Promise<void> {
    this.output = "";
    this.#process = this.#spawn();
    await this.ready();
  }

  /** Runs the program beside itself, on the same data, as `convene ...`. */
  command(...args: readonly string[]): { code: number; out: string; err: string } {
    return this.feed("", ...args);
  }

  /** The same with something on its standard input. */
  feed(input: string, ...args: readonly string[]): { code: number; out: string; err: string } {
    const done = spawnSync(process.env["CONVENE_BIN"] ?? "", args, {
      env: { PATH: process.env["PATH"], PORT: String(this.port), MEDIA_PORT: "0", DATA_DIR: this.folder, ...this.#env },
      encoding: "utf8",
      input,
    });
    return { code: done.status ?? -1, out: done.stdout, err: done.stderr };
  }

  /** Changes what it keeps by a statement of SQL; only while it stands still. */
  alter(statement: string): void {
    const url = this.#env["DATABASE_URL"];
    if (url?.startsWith("postgres")) {
      execFileSync("psql", ["-X", "-q", "-d", url, "-c", statement], { stdio: "pipe" });
    } else {
      const script = "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.execute(sys.argv[2]);c.commit()";
      execFileSync("python3", ["-c", script, join(this.folder, "convene.db"), statement]);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async stop(): Promise<void> {
    const how = await this.end();
    rmSync(this.folder, { recursive: true, force: true });
    const url = this.#env["DATABASE_URL"];
    if (postgres !== undefined && url !== undefined) sql(`DROP DATABASE ${nameIn(url)} WITH (FORCE)`);
    if (how !== 0) throw new Error(`the server ended with ${how}: ${this.output}`);
  }

  #spawn(): ChildProcess {
    const program = process.env["CONVENE_BIN"];
    if (program === undefined) throw new Error("CONVENE_BIN names no program");
    const child = spawn(program, [], {
      env: {
        PATH: process.env["PATH"],
        ASAN_OPTIONS: process.env["ASAN_OPTIONS"],
        UBSAN_OPTIONS: process.env["UBSAN_OPTIONS"],
        PORT: String(this.port),
        MEDIA_PORT: "0",
        DATA_DIR: this.folder,
        LOG_LEVEL: "info",
        ...this.#env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    return child;
  }
}
