// People at the program: calls by HTTP, with a cookie each.
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

const ANSWER_MS = 20_000;
const PASSWORD = "correct horse battery";
const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** A UUID of version 7. */
export function uuid() {
  const hex = randomBytes(16).toString("hex");
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}

/** One call; rejects when no answer comes, which says nothing about whether it was done. */
export function ask(server, method, path, body, headers = {}) {
  return new Promise((done, fail) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const req = request({
      agent,
      host: "127.0.0.1",
      port: server.port,
      method,
      path,
      headers: {
        host: `localhost:${server.port}`,
        ...(text === undefined
          ? {}
          : {
              "content-type": "application/json",
              "content-length": Buffer.byteLength(text),
            }),
        ...headers,
      },
    });
    req.setTimeout(ANSWER_MS, () => req.destroy(new Error("no answer")));
    req.on("error", fail);
    req.on("response", (res) => {
      const parts = [];
      res.on("error", fail);
      res.on("aborted", () => fail(new Error("cut off")));
      res.on("data", (part) => parts.push(part));
      res.on("end", () => {
        const all = Buffer.concat(parts).toString();
        const json = res.headers["content-type"]?.startsWith("application/json");
        done({
          status: res.statusCode,
          headers: res.headers,
          body: json ? JSON.parse(all) : all,
        });
      });
    });
    req.end(text);
  });
}

export class Person {
  /** number: makes the address it comes from its own, so that the limits see many people. */
  constructor(server, number) {
    this.server = server;
    this.from = `10.1.${number >> 8}.${number & 255}`;
    this.number = number;
    this.cookie = "";
  }

  async call(method, path, body) {
    const answer = await ask(this.server, method, `/api/v1${path}`, body, {
      "x-forwarded-for": this.from,
      ...(this.cookie === "" ? {} : { cookie: this.cookie }),
    });
    const set = answer.headers["set-cookie"]?.[0];
    if (set) this.cookie = set.split(";")[0];
    return answer;
  }

  /** A call that must be answered so. */
  async must(status, method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  send(channel, clientId, body) {
    return this.call("POST", `/channels/${channel}/messages`, {
      client_id: clientId,
      body,
    });
  }

  async general() {
    const { channels } = await this.must(200, "GET", "/channels");
    return channels.find((c) => c.kind === "standard").id;
  }

  /** All rows of a channel that changed after a change, in order of change. */
  async changes(channel, after) {
    const rows = [];
    for (let from = after; ; ) {
      const page = await this.must(
        200,
        "GET",
        `/channels/${channel}/changes?after=${from}&limit=200`,
      );
      rows.push(...page.messages);
      if (!page.more) return { rows, lastChange: page.last_change };
      from = page.last_change;
    }
  }
}

/** So many people, the first of whom owns the place. */
export async function people(server, count) {
  const newcomer = (i) => ({
    email: `p${i}@example.org`,
    name: `Person ${i}`,
    password: PASSWORD,
  });
  const owner = new Person(server, 0);
  owner.me = await owner.must(201, "POST", "/setup", {
    ...newcomer(0),
    token: await server.setupToken(),
    team: "Faults",
  });
  const { url } = await owner.must(201, "POST", "/invites", {});
  const all = [owner];
  for (let i = 1; i < count; i++) {
    const one = new Person(server, i);
    one.me = await one.must(201, "POST", "/invites/accept", {
      ...newcomer(i),
      token: url.split("#")[1],
    });
    all.push(one);
  }
  return all;
}
