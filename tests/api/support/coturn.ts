import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "./certificate";
import { freePort } from "./ports";

export const hasCoturn = spawnSync("turnserver", ["--version"]).error === undefined;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

/** coturn on this machine alone: UDP and TCP on one port, TLS on another. */
export class Coturn {
  readonly secret = "coturns-own-secret";
  #process: ChildProcess;
  #folder: string;

  private constructor(
    readonly port: number,
    readonly tlsPort: number,
    tls: Certificate,
  ) {
    this.#folder = mkdtempSync(join(tmpdir(), "convene-coturn-"));
    const file = join(this.#folder, "turnserver.conf");
    const lines = [
      `listening-port=${port}`,
      `tls-listening-port=${tlsPort}`,
      "listening-ip=127.0.0.1",
      "relay-ip=127.0.0.1",
      "realm=example.org",
      "use-auth-secret",
      `static-auth-secret=${this.secret}`,
      `cert=${tls.cert}`,
      `pkey=${tls.key}`,
      "no-cli",
      "no-dtls",
      "log-file=stdout",
      `pidfile=${join(this.#folder, "pid")}`,
      `userdb=${join(this.#folder, "db")}`,
    ];
    writeFileSync(file, lines.join("\n"));
    this.#process = spawn("turnserver", ["-c", file], { stdio: "ignore" });
  }

  static async start(tls: Certificate): Promise<Coturn> {
    const c = new Coturn(await freePort(), await freePort(), tls);
    for (let i = 0; i < 500; i++) {
      if ((await answers(c.port)) && (await answers(c.tlsPort))) return c;
      await pause(20);
    }
    await c.stop();
    throw new Error("coturn did not come up");
  }

  async stop(): Promise<void> {
    const gone = new Promise((done) => this.#process.once("exit", done));
    if (this.#process.exitCode === null) {
      this.#process.kill("SIGKILL");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
