import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import type { Channel, ClientMessage, Me, Message, ServerEvent } from "../../../web/src/api/gen";
import type { Server } from "./server";

const WAIT_MS = 10_000;
export const PASSWORD = "correct horse battery";

export interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** The contract's error object. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string };
}

export function uuid(): string {
  const hex = randomBytes(16).toString("hex");
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}

/** Somebody at a program: a cookie and what can be done with it. */
export class Person {
  readonly server: Server;
  cookie = "";
  /** That go along with every call: an API token's, of a program. */
  readonly headers: Readonly<Record<string, string>>;
  #me: Me | undefined;

  constructor(server: Server, headers: Readonly<Record<string, string>> = {}) {
    this.server = server;
    this.headers = headers;
  }

  get me(): Me {
    if (this.#me === undefined) throw new Error("not signed in");
    return this.#me;
  }

  async call<T = Refusal>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.cookie === "" ? {} : { cookie: this.cookie }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const set = answer.headers.getSetCookie()[0];
    if (set !== undefined) this.cookie = set.split(";")[0] ?? "";
    const text = await answer.text();
    const json = answer.headers.get("content-type")?.startsWith("application/json");
    return {
      status: answer.status,
      body: (json ? JSON.parse(text) : text) as T,
      headers: answer.headers,
    };
  }

  get<T = Refusal>(path: string): Promise<Answer<T>> {
    return this.call<T>("GET", `/api/v1${path}`);
  }

  post<T = Refusal>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call<T>("POST", `/api/v1${path}`, body);
  }

  put<T = Refusal>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call<T>("PUT", `/api/v1${path}`, body);
  }

  /** Signed in from here on: the answer of a set-up, an invitation or a sign-in. */
  async enter(path: string, body: unknown): Promise<this> {
    const answer = await this.post<Me>(path, body);
    if (answer.status !== 201)
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.#me = answer.body;
    return this;
  }

  async direct(other: Person): Promise<Channel> {
    return (await this.post<Channel>("/channels", { kind: "direct", members: [other.me.id] })).body;
  }

  send(channel: string, body: string, clientId = uuid()): Promise<Answer<Message>> {
    return this.post<Message>(`/channels/${channel}/messages`, { client_id: clientId, body });
  }

  async general(): Promise<Channel> {
    const all = (await this.get<{ channels: Channel[] }>("/channels")).body.channels;
    const found = all.find((c) => c.kind === "standard");
    if (found === undefined) throw new Error("no General");
    return found;
  }

  async socket(query = "", headers: Record<string, string> = {}): Promise<Line> {
    const line = new Line(this, query, { ...this.headers, ...headers });
    await line.opened;
    return line;
  }
}

type Of<T extends ServerEvent["type"]> = Extract<ServerEvent, { type: T }>;

/** One socket and all that came over it. */
export class Line {
  readonly events: ServerEvent[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  #waiting: (() => void)[] = [];
  #ref = 0;

  constructor(person: Person, query: string, headers: Record<string, string>) {
    const url = `${person.server.url.replace("http", "ws")}/api/v1/socket${query}`;
    this.#socket = new WebSocket(url, {
      headers: { cookie: person.cookie, origin: person.server.url, ...headers },
    });
    this.opened = new Promise((done, fail) => {
      this.#socket.once("open", () => done());
      this.#socket.once("error", fail);
    });
    this.closed = new Promise((done) => {
      this.#socket.once("close", (code, reason) => done({ code, reason: reason.toString() }));
    });
    this.#socket.on("message", (data) => {
      this.events.push(JSON.parse(data.toString()) as ServerEvent);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** Sends with a ref; its done or error. */
  ask(message: object): Promise<Of<"done"> | Of<"error">> {
    this.#ref += 1;
    const ref = this.#ref;
    this.#socket.send(JSON.stringify({ ...message, ref }));
    return this.find(
      (e): e is Of<"done"> | Of<"error"> => (e.type === "done" || e.type === "error") && e.ref === ref,
      `an answer to ${JSON.stringify(message)}`,
    );
  }

  /** The first event of a type, come or to come, that fits; taken out. */
  next<T extends ServerEvent["type"]>(
    type: T,
    fits: (e: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    return this.find((e): e is Of<T> => e.type === type && fits(e as Of<T>), type);
  }

  async find<E extends ServerEvent>(fits: (e: ServerEvent) => e is E, what: string): Promise<E> {
    const end = Date.now() + WAIT_MS;
    for (;;) {
      const at = this.events.findIndex(fits);
      if (at >= 0) return this.events.splice(at, 1)[0] as E;
      const left = end - Date.now();
      if (left <= 0)
        throw new Error(`no ${what} came, but: ${JSON.stringify(this.events).slice(0, 2000)}`);
      await new Promise<void>((wake) => {
        const late = setTimeout(wake, left);
        this.#waiting.push(() => {
          clearTimeout(late);
          wake();
        });
      });
    }
  }

  close(): void {
    this.#socket.close();
  }

  /** As when the network goes: no close frame. */
  cut(): void {
    this.#socket.terminate();
  }
}

/** A house with Ada, its owner. */
export async function setUp(server: Server): Promise<Person> {
  return new Person(server).enter("/setup", {
    token: server.setupToken,
    email: "ada@example.org",
    name: "Ada Lovelace",
    password: PASSWORD,
    team: "Contoso",
  });
}

/** Somebody whom the owner has invited. */
export async function invited(owner: Person, name: string, role = "member"): Promise<Person> {
  const made = await owner.post<{ url: string }>("/invites", { role });
  const token = made.body.url.split("#")[1];
  const plain = name.normalize("NFD").replace(/[^a-z0-9 ]/gi, "");
  const email = `${plain.trim().toLowerCase().replaceAll(" ", ".")}@example.org`;
  return new Person(owner.server).enter("/invites/accept", { token, email, name, password: PASSWORD });
}
