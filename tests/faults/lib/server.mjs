// The real program on a port and folder of its own, to be killed and started again.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "./client.mjs";

const READY_MS = 20_000;
const STOP_MS = 15_000;

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

export class Server {
  output = "";
  #process;
  #env;

  /** @param {Record<string, string>} env @param {string} [folder] */
  static async start(env = {}, folder = mkdtempSync(join(tmpdir(), "convene-faults-"))) {
    const s = new Server();
    s.folder = folder;
    s.port = await freePort();
    s.#env = env;
    s.spawn();
    await s.ready();
    return s;
  }

  get url() {
    return `http://localhost:${this.port}`;
  }

  get setupToken() {
    return /\/setup#([\w-]{43})/.exec(this.output)[1];
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  spawn() {
    const program = process.env.CONVENE_BIN;
    if (!program) throw new Error("CONVENE_BIN names no program");
    this.output = "";
    const child = spawn(program, [], {
      env: {
        PATH: process.env.PATH,
        ASAN_OPTIONS: process.env.ASAN_OPTIONS,
        UBSAN_OPTIONS: process.env.UBSAN_OPTIONS,
        TSAN_OPTIONS: process.env.TSAN_OPTIONS,
        PORT: String(this.port),
        DATA_DIR: join(this.folder, "data"),
        TRUSTED_PROXIES: "127.0.0.1,::1",
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
      const answer = await ask(this, "GET", "/healthz").catch(() => undefined);
      if (answer?.status === 200) return;
      await pause(10);
    }
    throw new Error(`the server did not come up: ${this.output}`);
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
}
