import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/** How a line is: bits a second, chance of loss (0 to 1), and how long its queue holds a packet. */
export interface Strength {
  readonly rate: number;
  readonly loss: number;
  readonly queueMs: number;
}

const DELAY_MS = 20;

/** One direction: a queue before a rate, then a delay. */
class Lane {
  #free = 0;
  #seed = 1;

  constructor(private readonly strength: () => Strength) {}

  pass(bytes: number, send: () => void): void {
    const { rate, loss, queueMs } = this.strength();
    const now = performance.now();
    const start = Math.max(this.#free, now);
    if (start - now > queueMs || this.#chance() < loss) return;
    this.#free = start + (bytes * 8000) / rate;
    setTimeout(send, this.#free - now + DELAY_MS);
  }

  #chance(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}

/** A relay of datagrams between one page and the server's media port that is as weak as it is told. */
export class WeakLine {
  strength: Strength;
  readonly #near: Socket;
  readonly #far: Socket;
  #mediaPort = 0;

  private constructor(near: Socket, far: Socket, strength: Strength) {
    this.#near = near;
    this.#far = far;
    this.strength = strength;
  }

  static async open(strength: Strength): Promise<WeakLine> {
    const [near, far] = [createSocket("udp4"), createSocket("udp4")];
    await Promise.all(
      [near, far].map((s) => new Promise<void>((done) => s.bind(0, "127.0.0.1", done))),
    );
    const line = new WeakLine(near, far, strength);
    const [up, down] = [new Lane(() => line.strength), new Lane(() => line.strength)];
    let page: RemoteInfo | undefined;
    near.on("message", (bytes, from) => {
      page = from;
      up.pass(bytes.length, () => line.#send(far, bytes, line.#mediaPort));
    });
    far.on("message", (bytes) =>
      down.pass(bytes.length, () => page && line.#send(near, bytes, page.port)),
    );
    return line;
  }

  /** The server's answer, as if it were reached by this line alone. */
  only(sdp: string): string {
    let first = true;
    return sdp
      .split("\r\n")
      .flatMap((row) => {
        if (!row.startsWith("a=candidate:")) return [row];
        if (!/ udp /iu.test(row) || !first) return [];
        first = false;
        const parts = row.split(" ");
        this.#mediaPort = Number(parts[5]);
        parts.splice(4, 2, "127.0.0.1", String(this.#near.address().port));
        return [parts.join(" ")];
      })
      .join("\r\n");
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }

  #send(by: Socket, bytes: Buffer, port: number): void {
    try {
      by.send(bytes, port, "127.0.0.1");
    } catch {
      /* closed while it was on its way */
    }
  }
}
