// A meeting of the load generator's clients on Convene, by the contract that pages use.
import WebSocket from "../peer/node_modules/ws/wrapper.mjs";
import { convene } from "../lib/sides.mjs";
import { describe, newWord, read } from "./sdp.mjs";
import { receives, sends, ssrcOf } from "./streams.mjs";

const SIZE = 720; // pixels that the picture is shown with

class Line {
  #asked = new Map();
  #ref = 0;

  constructor(server, cookie) {
    this.socket = new WebSocket(`${server.url.replace("http", "ws")}/api/v1/socket?page=${crypto.randomUUID()}`, {
      headers: { cookie, origin: server.url },
    });
    this.socket.on("message", (data) => this.#heard(JSON.parse(data)));
    this.ready = new Promise((done, fail) => {
      this.socket.on("open", done);
      this.socket.on("error", fail);
    });
  }

  #heard(event) {
    if (event.type !== "done" && event.type !== "error") return;
    const { done, fail } = this.#asked.get(event.ref) ?? {};
    this.#asked.delete(event.ref);
    if (event.type === "error") fail?.(new Error(`${event.error.code}: ${event.error.message}`));
    else done?.(event);
  }

  ask(verb) {
    this.#ref += 1;
    this.socket.send(JSON.stringify({ ...verb, ref: this.#ref }));
    return new Promise((done, fail) => this.#asked.set(this.#ref, { done, fail }));
  }
}

/** The first four are what a page sends; the pairs are what it receives in. */
function offered(client, streams, pairs) {
  const sent = (kind) => {
    const has = streams.some((s) => s.kind === kind);
    return { kind, direction: has ? "sendonly" : "inactive", ssrc: has ? ssrcOf(client, kind) : 0 };
  };
  const idle = (kind) => ({ kind, direction: "inactive" });
  const pair = ["audio", "video"].map((kind) => ({ kind, direction: "recvonly" }));
  return [sent("audio"), sent("video"), idle("video"), idle("audio"), ...Array(pairs).fill(pair).flat()];
}

export class Meeting {
  name = "convene";

  /** So many people who are signed in; what they send is told later. */
  static async open(people) {
    const m = new Meeting();
    m.side = await convene(people);
    m.lines = m.side.cookies.map((cookie) => new Line(m.side.server, cookie));
    await Promise.all(m.lines.map((line) => line.ready));
    return m;
  }

  get pid() {
    return this.side.server.pid;
  }

  /** A call of all; streams[i] is what person i sends.  Until everybody is connected. */
  async call(streams, load, { fingerprint, extensions, pairs }) {
    const has = (i, kind) => streams[i].some((s) => s.kind === kind);
    const media = (i) => ({ mic: has(i, "audio"), camera: has(i, "video") });
    const channel = this.side.channel;
    const first = await this.lines[0].ask({ type: "call.start", channel, video: true, ...media(0) });
    this.id = first.call.id;
    const legs = [first.leg];
    for (let i = 1; i < streams.length; i++)
      legs.push((await this.lines[i].ask({ type: "call.join", call: this.id, ...media(i) })).leg);
    const connected = [];
    for (const [i, line] of this.lines.slice(0, streams.length).entries())
      connected.push(load.add(await this.#connect(line, i, streams[i], { fingerprint, extensions, pairs })));
    await this.#watch(streams, legs, pairs);
    await Promise.all(connected);
  }

  async #connect(line, i, streams, { fingerprint, extensions, pairs }) {
    const word = newWord();
    const sdp = describe(offered(i, streams, pairs), { word, fingerprint, extensions });
    const answer = read((await line.ask({ type: "call.connect", call: this.id, sdp })).sdp);
    return {
      server: answer.server,
      theirs: answer.theirs,
      own: word,
      controlled: false,
      ids: answer.extensions,
      receives,
      sends: streams.map((s) => sends(i, s, s.kind === "audio" ? 0 : 1, answer.extensions)),
    };
  }

  /** Everybody looks at the first of the others who have a picture. */
  async #watch(streams, legs, pairs) {
    const shown = legs.filter((_, i) => streams[i].some((s) => s.kind === "video"));
    for (const [i, leg] of legs.entries()) {
      const slots = shown.filter((other) => other !== leg).slice(0, pairs);
      const view = slots.map((other, slot) => ({ slot, leg: other, source: "camera", height: SIZE }));
      await this.lines[i].ask({ type: "call.view", call: this.id, slots: view });
    }
  }

  async hangUp() {
    await this.lines[0].ask({ type: "call.end", call: this.id });
  }

  async stop() {
    for (const line of this.lines) line.socket.terminate();
    await this.side.server.stop();
  }
}
