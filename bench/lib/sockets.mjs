// Many WebSockets that do nothing but count what comes: bare sockets, so that the generator's own
// cost stays out of the way.
import { connect } from "node:net";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

class Receiver {
  messages = 0;
  #kept = Buffer.alloc(0);
  #open = false;

  constructor(server, cookie, onMessage) {
    this.onMessage = onMessage;
    this.socket = connect(server.port, "127.0.0.1");
    this.socket.write(
      `GET /api/v1/socket HTTP/1.1\r\nHost: localhost:${server.port}\r\nOrigin: ${server.url}\r\n` +
        `Cookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
    );
    this.ready = new Promise((done, fail) => {
      this.socket.on("error", fail);
      this.socket.on("close", () => fail(new Error("closed")));
      this.socket.on("data", (chunk) => this.#read(chunk, done, fail));
    });
    this.ready.catch(() => {});
  }

  #read(chunk, done, fail) {
    let data = this.#kept.length ? Buffer.concat([this.#kept, chunk]) : chunk;
    if (!this.#open) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#kept = data;
        return;
      }
      if (!data.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101")))
        fail(new Error(data.toString()));
      this.#open = true;
      data = data.subarray(end + 4);
      done();
    }
    this.#kept = this.#frames(data);
  }

  #frames(data) {
    for (;;) {
      if (data.length < 2) return data;
      let len = data[1] & 127;
      let head = 2;
      if (len === 126) {
        if (data.length < 4) return data;
        len = data.readUInt16BE(2);
        head = 4;
      } else if (len === 127) {
        if (data.length < 10) return data;
        len = Number(data.readBigUInt64BE(2));
        head = 10;
      }
      if (data.length < head + len) return data;
      // A ping is answered; an event is one of a message when it says so at its beginning.
      if ((data[0] & 15) === 9) this.socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0]));
      else if (data.subarray(head, head + 17).toString("latin1") === '{"type":"message"') {
        this.messages += 1;
        this.onMessage();
      }
      data = data.subarray(head + len);
    }
  }
}

/** Opens `count` sockets, spread over the cookies, a few at a time. */
export async function open(side, count, onMessage = () => {}) {
  const AT_ONCE = 100;
  const all = [];
  while (all.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - all.length) }, (_, i) => {
      const cookie = side.cookies[(all.length + i) % side.cookies.length];
      return new Receiver(side.server, cookie, onMessage);
    });
    await Promise.all(some.map((r) => r.ready));
    all.push(...some);
  }
  return all;
}

export function close(all) {
  for (const r of all) r.socket.destroy();
}
