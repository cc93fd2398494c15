// A server under measurement: its life, and what the kernel says it costs.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TICKS_PER_SECOND = 100;

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

  /** @param {string} name @param {string[]} command @param {Record<string, string>} env */
  static async start(name, command, env = {}) {
    const s = new Server();
    s.name = name;
    s.folder = mkdtempSync(join(tmpdir(), "convene-bench-"));
    s.port = await freePort();
    const begun = process.hrtime.bigint();
    s.process = spawn(command[0], command.slice(1), {
      env: { PATH: process.env.PATH, PORT: String(s.port), DATA_DIR: s.folder, LOG_LEVEL: "warn", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [s.process.stdout, s.process.stderr])
      stream.on("data", (chunk) => {
        s.output += chunk;
      });
    while (!(await fetch(`${s.url}/healthz`).catch(() => undefined))?.ok) {
      if (s.process.exitCode !== null) throw new Error(`${name} ended: ${s.output}`);
      await pause(1);
    }
    s.readyMs = Number(process.hrtime.bigint() - begun) / 1e6;
    return s;
  }

  get url() {
    return `http://localhost:${this.port}`;
  }

  /** Seconds of user and system time that it has used so far. */
  cpu() {
    const fields = readFileSync(`/proc/${this.process.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }

  /** Bytes of memory that it holds. */
  rss() {
    const status = readFileSync(`/proc/${this.process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024;
  }

  async stop() {
    const gone = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGKILL");
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
