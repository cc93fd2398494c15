// A wire between Convene and its database that can be slow, silent, or cut.
import { connect, createServer } from "node:net";
import { freePort } from "../../support/program.mjs";

export class Wire {
  delayMs = 0;
  #pairs = new Set();
  #forgotten = new Set();
  #silent = false;
  #server;

  /** Towards a port of this machine. */
  static async to(target) {
    const p = new Wire();
    p.port = await freePort();
    p.#server = createServer((client) => p.#join(client, connect(target, "127.0.0.1")));
    await p.open();
    return p;
  }

  #join(client, server) {
    const pair = { client, server };
    const end = () => this.#cutOne(pair);
    this.#pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      from.setNoDelay(true);
      from.on("error", end);
      from.on("close", end);
      from.on("data", (bytes) => {
        if (this.delayMs === 0) to.write(bytes);
        else setTimeout(() => to.destroyed || to.write(bytes), this.delayMs);
      });
      if (this.#silent) from.pause();
    }
  }

  #cutOne(pair) {
    this.#pairs.delete(pair);
    this.#forgotten.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }

  /** Nothing passes, and nobody is told. */
  set silent(so) {
    this.#silent = so;
    for (const { client, server } of this.#pairs)
      for (const side of [client, server]) so ? side.pause() : side.resume();
  }

  /** Every connection, or those that a chance picks; what is under way in either direction is lost. */
  cut(chance = 1) {
    for (const pair of [...this.#pairs]) if (Math.random() < chance) this.#cutOne(pair);
  }

  /** As cut(), but the server has heard what was said, and its answer is lost. */
  muffle(ms) {
    for (const pair of [...this.#pairs]) {
      pair.server.pause();
      setTimeout(() => this.#cutOne(pair), ms);
    }
  }

  /** What is connected hears nothing any more, as behind a firewall that forgot it; others may come. */
  forget() {
    for (const pair of this.#pairs) {
      pair.client.pause();
      pair.server.pause();
      this.#forgotten.add(pair);
    }
    this.#pairs.clear();
  }

  /** Refuses, as if nothing listened. */
  async close() {
    const closed = new Promise((done) => this.#server.close(done));
    this.cut();
    for (const pair of [...this.#forgotten]) this.#cutOne(pair);
    await closed;
  }

  open() {
    return new Promise((done) => this.#server.listen(this.port, "127.0.0.1", done));
  }
}
