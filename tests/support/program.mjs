// A server program under test or measurement: on a port and folder of its own, started, killed and
// started again, and what the kernel says it costs.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const READY_MS = 20_000;
const STOP_MS = 15_000;
const TOKEN_MS = 5_000;
const TICKS_PER_SECOND = 100;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** The program under test, as CONVENE_BIN names it. */
export function conveneBin() {
  const program = process.env.CONVENE_BIN;
  if (!program) throw new Error("CONVENE_BIN names no program");
  return program;
}

export class Server {
  /** What the program has written since it was last started. */
  output = "";
  #process;
  #command;
  #env;

  /**
   * Starts it and waits until it serves.
   * @param {{command?: string[], env?: Record<string, string>, folder?: string}} [of]
   */
  static async start({ command = [conveneBin()], env = {}, folder } = {}) {
    const s = new Server();
    s.folder = folder ?? mkdtempSync(join(tmpdir(), "convene-"));
    mkdirSync(join(s.folder, "data"), { recursive: true, mode: 0o700 });
    s.port = await freePort();
    s.#command = command;
    s.#env = env;
    const begun = process.hrtime.bigint();
    s.spawn();
    await s.ready();
    s.readyMs = Number(process.hrtime.bigint() - begun) / 1e6;
    return s;
  }

  get url() {
    return `http://localhost:${this.port}`;
  }

  get pid() {
    return this.#process.pid;
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  spawn() {
    const [program, ...rest] = this.#command;
    this.output = "";
    const child = spawn(program, rest, {
      env: {
        PATH: process.env.PATH,
        ASAN_OPTIONS: process.env.ASAN_OPTIONS,
        UBSAN_OPTIONS: process.env.UBSAN_OPTIONS,
        TSAN_OPTIONS: process.env.TSAN_OPTIONS,
        PORT: String(this.port),
        MEDIA_PORT: "0",
        DATA_DIR: join(this.folder, "data"),
        LOG_LEVEL: "warn",
        ...this.#env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        this.output += chunk;
      });
    this.#process = child;
  }

  async ready() {
    const end = Date.now() + READY_MS;
    while (Date.now() < end && this.running) {
      if ((await fetch(`${this.url}/healthz`).catch(() => undefined))?.ok) return;
      await pause(1);
    }
    throw new Error(`the server did not come up: ${this.output}`);
  }

  /** The secret of the set-up link, which may reach us behind the first answer of /healthz. */
  async setupToken() {
    for (const end = Date.now() + TOKEN_MS; Date.now() < end; await pause(10)) {
      const found = /\/setup#([\w-]{43})/.exec(this.output);
      if (found) return found[1];
    }
    throw new Error(`no set-up link was printed: ${this.output}`);
  }

  /** Seconds of user and system time that it has used so far. */
  cpu() {
    const fields = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8")
      .split(") ")[1]
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Bytes of memory that it holds. */
  rss() {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
  }

  /** Ends it by a signal and waits for that; its exit code, or the signal's name. */
  async end(signal) {
    const child = this.#process;
    if (!this.running) return child.exitCode ?? child.signalCode;
    const gone = new Promise((done) => child.once("exit", (code, by) => done(code ?? by)));
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    const how = await gone;
    clearTimeout(late);
    return how;
  }

  /** For whoever gives up. */
  kill() {
    this.#process.kill("SIGKILL");
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends it for good, and what it kept. */
  async stop() {
    await this.end("SIGKILL");
    this.remove();
  }
}
