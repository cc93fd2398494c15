/* When a connection is looked for again, and how: the lower rungs of the ladder first. */

interface Options {
  /** Looks for a new way on the same connection. */
  readonly restart: () => void;
  /** Begins with a new connection; null where the other side leads. */
  readonly renew: (() => void) | null;
  /** Says once more what has had no answer; false where nothing waits for one. */
  readonly repeat: () => boolean;
  /** It takes so long that the person is told why. */
  readonly onLate: () => void;
}

/** A way that only went quiet may come back by itself. */
const QUIET_MS = 2_000;
/** An offer or its answer may have been lost on the way. */
const UNANSWERED_MS = 8_000;
/** Browsers need up to 15 s to find out that no pair of addresses works. */
const TRY_MS = 20_000;
export const LATE_MS = 15_000;
/** The wait after each way that failed; the last one for all further. */
const PAUSES_MS = [0, 1_000, 2_000, 4_000, 8_000] as const;
/**
 * Browsers also say so while addresses are still coming, when none of the first ones will do; to look anew then, in the
 * middle of it, makes the way worse, and Chrome refuses the answer where roles of DTLS change.
 */
const COMING_MS = 3_000;
/** So many new ways are looked for before the connection itself is made anew. */
const RESTARTS = 3;

type Timer = ReturnType<typeof setTimeout> | undefined;

export class Recovery {
  readonly #options: Options;
  #next: Timer;
  #repeat: Timer;
  #late: Timer;
  #failures = 0;
  #tries = 0;
  #up = false;
  #wasUp = false;
  #told = false;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#expect();
  }

  /** Follows what the browser says of the connection. */
  state(state: RTCPeerConnectionState): void {
    if (state === "connected") this.#connected();
    else if (state === "disconnected") {
      this.#lost();
      this.#after(QUIET_MS);
    } else if (state === "failed") {
      this.#lost();
      const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0;
      this.#failures += 1;
      if (this.#wasUp) this.#after(pause);
      else {
        this.#tellIn(COMING_MS);
        this.#after(Math.max(pause, COMING_MS));
      }
    } else if (state === "connecting" && !this.#wasUp) {
      this.#tellIn(LATE_MS);
      this.#after(TRY_MS);
    }
  }

  /** The network changed, signals may have been lost, or the person asks for it. */
  now(): void {
    this.#tries = 0;
    this.#failures = 0;
    if (!this.#options.repeat()) this.#options.restart();
    if (!this.#up) this.#expect();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #connected(): void {
    this.#up = true;
    this.#wasUp = true;
    this.#failures = 0;
    this.#tries = 0;
    this.#stop();
  }

  #lost(): void {
    this.#up = false;
    if (this.#late === undefined) this.#tellIn(LATE_MS);
  }

  /** Once, until it is there again or somebody asks for it. */
  #tellIn(ms: number): void {
    if (this.#told) return;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#told = true;
      this.#options.onLate();
    }, ms);
  }

  #expect(): void {
    if (this.#closed) return;
    this.#told = false;
    this.#tellIn(LATE_MS);
    this.#after(TRY_MS);
  }

  #after(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#next);
    clearTimeout(this.#repeat);
    this.#next = setTimeout(() => this.#try(), ms);
    this.#repeat = setTimeout(() => this.#ask(), UNANSWERED_MS);
  }

  #ask(): void {
    this.#options.repeat();
    this.#repeat = setTimeout(() => this.#ask(), UNANSWERED_MS);
  }

  #try(): void {
    const { repeat, restart, renew } = this.#options;
    this.#tries += 1;
    if (this.#tries > RESTARTS && renew) {
      renew();
      return;
    }
    if (!repeat()) restart();
    this.#after(TRY_MS);
  }

  #stop(): void {
    clearTimeout(this.#next);
    clearTimeout(this.#repeat);
    clearTimeout(this.#late);
    this.#late = undefined;
    this.#told = false;
  }
}
