import { type ReadonlySignal, signal } from "@preact/signals";
import { ApiError, offline } from "./errors";
import type { ClientMessage, ErrorCode, ServerDone, ServerEvent } from "./gen";
import { socketPath } from "./gen";
import { backoffMs } from "./reconnect";

export type LineState = "connecting" | "online" | "offline";

const PING_EVERY_MS = 25_000;
const ANSWER_WITHIN_MS = 10_000;
/** The state of a large house over a slow line takes its time; so does much that was missed. */
const STATE_WITHIN_MS = 60_000;
const SIGNED_OUT = 4401;
const TRY_AGAIN_LATER = 1013;

interface Waiting {
  readonly done: (reply: ServerDone) => void;
  readonly fail: (e: ApiError) => void;
  readonly late: ReturnType<typeof setTimeout>;
}

type WithoutRef<T> = T extends unknown ? Omit<T, "ref"> : never;
export type Request = WithoutRef<ClientMessage>;

interface SocketOptions {
  /** Each event once it has come; the first of a page is a gap. */
  readonly onEvent: (e: ServerEvent) => void;
  readonly onSignedOut: () => void;
  /** A line never came about: a browser does not tell whether the session or the network is why. */
  readonly onRefused: () => void;
  /** This page, for as long as it is loaded: a call belongs to it. */
  readonly page: string;
}

/**
 * The line to the server: it reconnects by itself, says from where it wants to go on, and notices
 * by a question of its own when a line is dead that nobody closed.
 */
export class Socket {
  readonly page: string;
  readonly #options: SocketOptions;
  readonly #state = signal<LineState>("connecting");
  readonly #turnedAway = signal(false);
  readonly #waiting = new Map<number, Waiting>();
  #socket: WebSocket | null = null;
  #epoch: string | undefined;
  #pos: number | undefined;
  #ref = 0;
  #failures = 0;
  #greeted = false;
  /** Until the next attempt, or for as long as the one under way is given. */
  #wait: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #after: number | undefined;
  #ended = false;

  readonly state: ReadonlySignal<LineState> = this.#state;
  /** The server is there, but could not give the state: its database is away, or it is too busy. */
  readonly turnedAway: ReadonlySignal<boolean> = this.#turnedAway;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.page = options.page;
  }

  start(): void {
    this.#ended = false;
    this.#connect();
    window.addEventListener("online", this.#hurry);
    window.addEventListener("offline", this.#lost);
    document.addEventListener("visibilitychange", this.#hurry);
  }

  stop(): void {
    this.#ended = true;
    window.removeEventListener("online", this.#hurry);
    window.removeEventListener("offline", this.#lost);
    document.removeEventListener("visibilitychange", this.#hurry);
    clearTimeout(this.#wait);
    this.#socket?.close();
    this.#gone();
  }

  /** Nobody waits for an answer; lost when there is no line. */
  tell(message: Request): void {
    /* A socket that is being closed still counts as online until it says so. */
    const going = (this.#socket?.readyState ?? 0) >= WebSocket.CLOSING;
    if (this.#state.value === "online" && !going) this.#socket?.send(JSON.stringify(message));
  }

  /** Answered by done, or rejected with the server's error or because there is no line. */
  ask(message: Request): Promise<ServerDone> {
    if (this.#state.value !== "online") return Promise.reject(offline());
    this.#ref += 1;
    const ref = this.#ref;
    return new Promise((done, fail) => {
      const late = setTimeout(() => {
        this.#waiting.delete(ref);
        fail(offline());
      }, ANSWER_WITHIN_MS);
      this.#waiting.set(ref, { done, fail, late });
      this.#socket?.send(JSON.stringify({ ...message, ref }));
    });
  }

  /** The network or the person has come back: no time to lose, on a line that may be dead. */
  readonly #hurry = (e: Event): void => {
    if (this.#ended || document.hidden) return;
    if (this.#state.value === "online") {
      this.#ping();
      return;
    }
    const attempt = this.#socket;
    /* The state is on its way; a look away and back does not begin it again. */
    if (attempt !== null && this.#greeted && e.type !== "online") return;
    this.#connect();
    attempt?.close();
  };

  /** The browser knows before any silence tells. */
  readonly #lost = (): void => this.#drop();

  #connect(): void {
    const query = new URLSearchParams({ page: this.page });
    if (this.#epoch !== undefined && this.#pos !== undefined) {
      query.set("epoch", this.#epoch);
      query.set("pos", String(this.#pos));
    }
    const url = new URL(`${socketPath}?${query}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#greeted = false;
    this.#watch(ANSWER_WITHIN_MS);
    socket.onmessage = (e) => {
      if (this.#socket === socket) this.#heard(String(e.data));
    };
    socket.onclose = (e) => {
      if (this.#socket === socket) this.#closed(e.code);
    };
  }

  /** Gives up an attempt that gets no further; the browser might wait for minutes. */
  #watch(within: number): void {
    clearTimeout(this.#wait);
    this.#wait = setTimeout(() => this.#drop(), within);
  }

  #heard(text: string): void {
    const e = JSON.parse(text) as ServerEvent;
    this.#follow(e);
    if (e.type === "done" || e.type === "error") this.#answered(e);
    else this.#options.onEvent(e);
  }

  #follow(e: ServerEvent): void {
    if (e.type === "hello") {
      this.#greeted = true;
      this.#watch(STATE_WITHIN_MS);
    }
    if (e.type === "gap") {
      this.#epoch = e.state.epoch;
      this.#pos = e.state.pos;
    } else if (e.type !== "hello" && "pos" in e) {
      this.#pos = Math.max(this.#pos ?? 0, e.pos);
    }
    if (e.type === "gap" || e.type === "resumed") this.#open();
    if (e.type === "bye") this.#after = e.after_ms;
  }

  #open(): void {
    clearTimeout(this.#wait);
    this.#failures = 0;
    this.#turnedAway.value = false;
    this.#state.value = "online";
    clearInterval(this.#beat);
    this.#beat = setInterval(() => this.#ping(), PING_EVERY_MS);
  }

  #ping(): void {
    if (this.#state.value !== "online") return;
    this.ask({ type: "ping" }).catch((e: unknown) => {
      if (e instanceof ApiError && e.code === "offline") this.#drop();
    });
  }

  /** A line that gives no answer is given up; its own close may take minutes. */
  #drop(): void {
    const socket = this.#socket;
    if (socket === null) return;
    this.#closed(0);
    socket.close();
  }

  #answered(e: Extract<ServerEvent, { type: "done" | "error" }>): void {
    const waiting = e.ref === null ? undefined : this.#waiting.get(e.ref);
    if (waiting === undefined || e.ref === null) return;
    this.#waiting.delete(e.ref);
    clearTimeout(waiting.late);
    if (e.type === "done") waiting.done(e);
    else
      waiting.fail(
        new ApiError(e.error.code as ErrorCode, e.error.message, {
          status: 400,
          field: e.error.field,
        }),
      );
  }

  #closed(code: number): void {
    this.#turnedAway.value = code === TRY_AGAIN_LATER;
    this.#gone();
    if (this.#ended) return;
    if (code === SIGNED_OUT) {
      this.#options.onSignedOut();
      return;
    }
    if (!this.#greeted) this.#options.onRefused();
    if (this.#ended) return;
    const wait = this.#after ?? backoffMs(this.#failures);
    this.#after = undefined;
    this.#failures += 1;
    this.#wait = setTimeout(() => this.#connect(), wait);
  }

  #gone(): void {
    this.#socket = null;
    clearInterval(this.#beat);
    this.#state.value = "offline";
    for (const { fail, late } of this.#waiting.values()) {
      clearTimeout(late);
      fail(offline());
    }
    this.#waiting.clear();
  }
}
