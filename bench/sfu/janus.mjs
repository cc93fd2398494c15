// The same meeting on Janus (Debian's): its video room, by its API over WebSocket.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "../peer/node_modules/ws/wrapper.mjs";
import { freePort, pause } from "../../tests/support/program.mjs";
import { describe, newWord, read } from "./sdp.mjs";
import { receives, sends, ssrcOf } from "./streams.mjs";

const ROOM = 1234;
const READY_MS = 10_000;
const KEEP_MS = 20_000;
const LIBRARIES = "/usr/lib/x86_64-linux-gnu/janus";

const settings = (best, folder) => `
general: { configs_folder = "${folder}" plugins_folder = "${folder}/plugins"
  transports_folder = "${folder}/transports" events_folder = "${folder}/none" loggers_folder = "${folder}/none"
  debug_level = 2 ${best ? "event_loops = 1" : ""} }
nat: { ${best ? "ice_lite = true" : ""} ice_ignore_list = "vmnet" }
media: {} certificates: {} plugins: {} transports: {} loggers: {} events: {}
`;

export class Janus {
  #waiting = new Map();
  #events = [];
  #number = 0;

  /** best: as measured to be the cheapest; else as the package sets it up. */
  static async open(best) {
    const j = new Janus();
    j.name = best ? "janus" : "janus as shipped";
    j.folder = mkdtempSync(join(tmpdir(), "janus-"));
    j.#configure(best, await freePort());
    j.process = spawn("janus", ["-F", j.folder, "-C", join(j.folder, "janus.jcfg")], { stdio: "ignore" });
    process.on("exit", () => j.process.kill("SIGKILL"));
    await j.#connect();
    return j;
  }

  get pid() {
    return this.process.pid;
  }

  /** Only what is needed of it, so that nothing else costs. */
  #configure(best, port) {
    this.port = port;
    writeFileSync(join(this.folder, "janus.jcfg"), settings(best, this.folder));
    const ws = `general: { json = "compact" ws = true ws_port = ${port} ws_interface = "lo" wss = false } admin: {}`;
    writeFileSync(join(this.folder, "janus.transport.websockets.jcfg"), ws);
    writeFileSync(join(this.folder, "janus.plugin.videoroom.jcfg"), "general: {}");
    for (const [kind, name] of [["plugins", "videoroom"], ["transports", "websockets"]]) {
      const from = join(LIBRARIES, kind, `libjanus_${name}.so`);
      spawn("sh", ["-c", `mkdir -p ${this.folder}/${kind} && ln -s ${from} ${this.folder}/${kind}/`]);
    }
  }

  async #connect() {
    for (const end = Date.now() + READY_MS; ; await pause(100)) {
      this.socket = new WebSocket(`ws://127.0.0.1:${this.port}`, "janus-protocol");
      const open = await new Promise((done) => {
        this.socket.on("open", () => done(true));
        this.socket.on("error", () => done(false));
      });
      if (open) break;
      if (Date.now() > end) throw new Error("janus does not come up");
    }
    this.socket.on("message", (data) => this.#heard(JSON.parse(data)));
    this.session = (await this.#ask({ janus: "create" })).data.id;
    this.keep = setInterval(() => this.#ask({ janus: "keepalive" }), KEEP_MS);
  }

  #heard(m) {
    const { done, event } = this.#waiting.get(m.transaction) ?? {};
    if (!done || (event && m.janus === "ack")) return;
    this.#waiting.delete(m.transaction);
    done(m);
  }

  /** event: the answer is what comes behind the acknowledgement. */
  async #ask(request, { event = false } = {}) {
    this.#number += 1;
    const transaction = String(this.#number);
    const session = this.session ? { session_id: this.session } : {};
    const answered = new Promise((done) => this.#waiting.set(transaction, { done, event }));
    this.socket.send(JSON.stringify({ ...request, ...session, transaction }));
    const m = await answered;
    const error = m.error ?? (m.plugindata?.data?.error && m.plugindata.data);
    if (error) throw new Error(`janus: ${JSON.stringify(error)}`);
    return m;
  }

  async #attach() {
    const m = await this.#ask({ janus: "attach", plugin: "janus.plugin.videoroom" });
    return m.data.id;
  }

  #tell(handle, body, jsep) {
    return this.#ask({ janus: "message", handle_id: handle, body, ...(jsep ? { jsep } : {}) }, { event: true });
  }

  /** As Meeting.call(); here each has a connection for what it sends, and one for what it receives. */
  async call(streams, load, { fingerprint, extensions }) {
    const owner = await this.#attach();
    await this.#tell(owner, { request: "create", room: ROOM, publishers: 100, bitrate: 0, videocodec: "vp8" });
    const feeds = [];
    for (const [i, own] of streams.entries()) {
      if (own.length === 0) continue;
      const { client, feed } = await this.#publish(i, own, { fingerprint, extensions });
      await load.add(client); // nobody may subscribe to it before
      feeds.push({ i, feed });
    }
    const connected = [];
    for (const [i] of streams.entries()) {
      const heard = feeds.filter((f) => f.i !== i);
      if (heard.length > 0) connected.push(load.add(await this.#subscribe(heard, { fingerprint })));
    }
    await Promise.all(connected);
  }

  async #publish(i, own, { fingerprint, extensions }) {
    const handle = await this.#attach();
    const word = newWord();
    const lines = own.map(({ kind }) => ({ kind, direction: "sendonly", ssrc: ssrcOf(i, kind) }));
    const sdp = describe(lines, { word, fingerprint, extensions });
    const body = { request: "joinandconfigure", ptype: "publisher", room: ROOM };
    const m = await this.#tell(handle, body, { type: "offer", sdp });
    const answer = read(m.jsep.sdp);
    const client = {
      server: answer.server,
      theirs: answer.theirs,
      own: word,
      controlled: false,
      ids: answer.extensions,
      receives,
      sends: own.map((s, nth) => sends(i, s, nth, answer.extensions)),
    };
    return { client, feed: m.plugindata.data.id };
  }

  /** It takes a moment until it knows a feed that is connected. */
  async #join(handle, body) {
    for (const end = Date.now() + READY_MS; ; await pause(50)) {
      try {
        return await this.#tell(handle, body);
      } catch (e) {
        if (Date.now() > end) throw e;
      }
    }
  }

  async #subscribe(heard, { fingerprint }) {
    const handle = await this.#attach();
    const streams = heard.map(({ feed }) => ({ feed }));
    const m = await this.#join(handle, { request: "join", ptype: "subscriber", room: ROOM, streams });
    const offer = read(m.jsep.sdp);
    const word = newWord();
    const lines = offer.lines.map(({ kind, mid }) => ({ kind, mid, direction: "recvonly" }));
    const sdp = describe(lines, { word, fingerprint, extensions: offer.extensions });
    await this.#tell(handle, { request: "start" }, { type: "answer", sdp });
    /* It offers, and so it leads, unless it is an agent of ICE-lite, which never does. */
    const controlled = !/a=ice-lite/.test(m.jsep.sdp);
    return {
      server: offer.server,
      theirs: offer.theirs,
      own: word,
      controlled,
      ids: offer.extensions,
      receives,
      sends: [],
    };
  }

  async stop() {
    clearInterval(this.keep);
    this.socket.terminate();
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
