import { createServer, type Server as Http, type IncomingMessage, type ServerResponse } from "node:http";

/** What it says to one request. */
export type Say = (req: IncomingMessage, res: ServerResponse) => void;

export const json =
  (body: unknown, status = 200): Say =>
  (_req, res) => {
    res.writeHead(status, { "content-type": "application/json" });
    res.end(JSON.stringify(body));
  };

export const SERVERS = [
  { urls: "stun:stun.relay.example:80" },
  { urls: "turn:relay.example:80", username: "metered-user", credential: "metered-word" },
  {
    urls: ["turn:relay.example:80?transport=tcp", "turns:relay.example:443?transport=tcp"],
    username: "metered-user",
    credential: "metered-word",
  },
];

/** The same as the page gets it. */
export const OFFERED = SERVERS.map((s) => ({ ...s, urls: [s.urls].flat() }));

/** An API of ours in the place of Metered.ca's. */
export class Metered {
  readonly key = "key-that-nobody/should+read";
  say: Say = json(SERVERS);
  /** The addresses that were asked for. */
  readonly asked: string[] = [];
  #http: Http;
  #port = 0;

  private constructor() {
    this.#http = this.#serve();
  }

  static async start(): Promise<Metered> {
    const m = new Metered();
    await m.again();
    return m;
  }

  /** What the program is to be told. */
  get env(): Record<string, string> {
    return {
      TURN_API_KEY: this.key,
      TURN_API_HOST: `http://127.0.0.1:${this.#port}`,
      ALLOWED_PEERS: "127.0.0.1",
    };
  }

  async again(): Promise<void> {
    this.#http = this.#serve();
    await new Promise<void>((done) => this.#http.listen(this.#port, "127.0.0.1", done));
    const address = this.#http.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  #serve(): Http {
    return createServer((req, res) => {
      this.asked.push(req.url ?? "");
      this.say(req, res);
    });
  }
}
