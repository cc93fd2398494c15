import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { until } from "../../../web/e2e/support/until";
import { addMachine, COTURN } from "./lab";

const SECRET = "for-tests-alone-for-tests-alone-2";

/** The settings of a server that leaves its calls to coturn. */
export const BY_COTURN = {
  TURN_URLS: "stun:turn.test,turn:turn.test,turns:turn.test:443?transport=tcp",
  TURN_SECRET: SECRET,
} as const;

const listens = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const probe = connect(port, COTURN);
    probe.once("connect", () => done(true));
    probe.once("error", () => done(false));
    probe.once("close", () => probe.destroy());
  });

/** Debian's coturn, on a machine of its own beside the server. */
export class Coturn {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(folder: string): Promise<Coturn> {
    addMachine("coturn", COTURN);
    const settings = {
      "listening-ip": COTURN,
      "relay-ip": COTURN,
      "listening-port": 3478,
      "tls-listening-port": 443,
      "static-auth-secret": SECRET,
      realm: "chat.test",
      cert: `${folder}/turn.crt`,
      pkey: `${folder}/turn.key`,
      userdb: `${folder}/turndb`,
      pidfile: `${folder}/turn.pid`,
      "log-file": `${folder}/turn.log`,
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    const one = spawn(
      "nsenter",
      ["--net=/run/netns/coturn", "turnserver", "-n", "--use-auth-secret", "--no-cli", ...args],
      { stdio: "ignore" },
    );
    await until("coturn listens", () => listens(443));
    return new Coturn(one);
  }

  async stop(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }
}
