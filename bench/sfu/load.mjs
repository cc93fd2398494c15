// A run of the load generator.
import { execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A certificate for all clients of a bench; {certificate, key, fingerprint, remove()}. */
export function newCertificate() {
  const folder = mkdtempSync(join(tmpdir(), "load-"));
  const certificate = join(folder, "certificate.pem");
  const key = join(folder, "key.pem");
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=load -days 2";
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", [...request.split(" "), ...files], { stdio: "ignore" });
  const { fingerprint256: fingerprint } = new X509Certificate(readFileSync(certificate));
  return { certificate, key, fingerprint, remove: () => rmSync(folder, { recursive: true }) };
}

/** The load generator, as it runs. */
export class Load {
  #connected = new Map();
  #count = 0;
  #told = {};

  /** of: {pid, settle, seconds, sample, profiles}, as sfu/plan.h has them. */
  constructor(files, of) {
    this.#child = spawn(process.env.SFU_LOAD, [], { stdio: ["pipe", "pipe", "inherit"] });
    this.#ended = new Promise((done) => this.#child.on("exit", done));
    this.#tell({ certificate: files.certificate, key: files.key, ...of });
    this.#reading = this.#read();
  }
  #child;
  #ended;
  #reading;

  #tell(line) {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }

  async #read() {
    for await (const line of createInterface(this.#child.stdout)) {
      const one = JSON.parse(line);
      this.#connected.get(one.connected)?.();
      if (one.connected === undefined) this.#told = one;
    }
  }

  /** One more client; until it is connected. */
  add(client) {
    const nth = this.#count++;
    this.#tell(client);
    return new Promise((done) => this.#connected.set(nth, done));
  }

  /** There are no more: what was counted then. */
  async counted() {
    this.#tell({});
    const code = await this.#ended;
    await this.#reading;
    if (code !== 0) throw new Error(`the load generator ended with ${code}`);
    return this.#told;
  }
}
