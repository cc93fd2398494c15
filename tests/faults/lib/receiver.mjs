// A page that follows its channels over a socket, as the contract says: resume, or begin from the
// state and fetch what changed.  It notes everything that a page should never see.
import WebSocket from "../../../web/node_modules/ws/wrapper.mjs";
import { uuid } from "./client.mjs";
import { pause } from "../../support/program.mjs";

const RETRY_MS = 30;

/** One channel as this page knows it. */
class Timeline {
  rows = [];
  change = 0;
  /** Events that came while it was fetched; null: it is up to date. */
  waiting = [];
}

export class Receiver {
  timelines = new Map();
  faults = [];
  resumed = 0;
  gaps = 0;
  /** Settles with the catching up of the present socket. */
  #caughtUp = Promise.resolve();
  #epoch;
  #pos;
  #socket;
  #round = 0;
  /** Counts the gaps: one that comes while its rows are fetched begins anew. */
  #begun = 0;
  #ended = false;
  #page = uuid();

  constructor(person) {
    this.person = person;
    this.#connect();
  }

  #connect() {
    if (this.#ended) return;
    const query = new URLSearchParams({ page: this.#page });
    if (this.#epoch !== undefined) {
      query.set("epoch", this.#epoch);
      query.set("pos", String(this.#pos));
    }
    const { server, cookie } = this.person;
    const round = ++this.#round;
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/v1/socket?${query}`, {
      perMessageDeflate: false,
      headers: {
        cookie,
        origin: server.url,
        host: `localhost:${server.port}`,
      },
    });
    this.#socket = socket;
    socket.on("error", () => {});
    socket.on("message", (data) => this.#heard(JSON.parse(data.toString()), round));
    socket.on("close", async () => {
      await pause(RETRY_MS);
      this.#connect();
    });
  }

  /** As when the network goes. */
  cut() {
    this.#socket.terminate();
  }

  end() {
    this.#ended = true;
    this.#socket.terminate();
  }

  #heard(e, round) {
    if (round !== this.#round) return;
    if (e.type === "gap") {
      this.gaps += 1;
      this.#epoch = e.state.epoch;
      this.#pos = e.state.pos;
      this.#caughtUp = this.#catchUp(e.state.channels, ++this.#begun);
      return;
    }
    if (e.type === "resumed") this.resumed += 1;
    if (e.pos !== undefined && e.type !== "hello") this.#pos = Math.max(this.#pos, e.pos);
    if (e.type === "message") this.#message(e.message);
  }

  #message(m) {
    const t = this.timelines.get(m.channel);
    if (!t) this.faults.push(`a message of ${m.channel}, which no state has told of`);
    else if (t.waiting) t.waiting.push(m);
    else this.#apply(t, m);
  }

  /** Live: each change is the next one.  A row known already may come again, never an older place. */
  #apply(t, m) {
    if (m.change <= t.change) {
      if (t.rows[m.seq - 1]?.id !== m.id) this.faults.push(`a change ${m.change} that was missed`);
      return;
    }
    if (m.change !== t.change + 1)
      this.faults.push(`${m.channel}: change ${m.change} comes after ${t.change}`);
    t.change = m.change;
    t.rows.push(m);
  }

  async #catchUp(channels, begun) {
    const behind = [];
    for (const c of channels) {
      let t = this.timelines.get(c.id);
      if (!t) this.timelines.set(c.id, (t = new Timeline()));
      if (c.last_change < t.change)
        this.faults.push(`${c.id} went back from ${t.change} to ${c.last_change}`);
      t.waiting = [];
      behind.push(this.#fetch(c.id, t, begun));
    }
    await Promise.all(behind);
  }

  /** Goes on over sockets that are cut and resumed, until it is done or another gap has come. */
  async #fetch(id, t, begun) {
    while (begun === this.#begun && !this.#ended) {
      const answer = await this.person.changes(id, t.change).catch(() => undefined);
      if (begun !== this.#begun) return;
      if (!answer) {
        await pause(RETRY_MS);
        continue;
      }
      for (const m of answer.rows) this.#apply(t, m);
      const waiting = t.waiting;
      t.waiting = null;
      for (const m of waiting) this.#apply(t, m);
      return;
    }
  }

  /** Waits until this page knows a change of a channel. */
  async reaches(channel, change, until) {
    while (Date.now() < until) {
      await this.#caughtUp;
      if (this.timelines.get(channel)?.change >= change) return true;
      await pause(20);
    }
    return false;
  }
}
