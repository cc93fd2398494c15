import type { Api } from "../../../api/gen";

export type IceAnswer = Awaited<ReturnType<Api["iceGet"]>>;

/** Credentials that lapse earlier are replaced before they are used again. */
const SOON_MS = 60 * 60 * 1_000;
/** Longer than that no new try waits for new credentials: the old ones may do. */
const PATIENCE_MS = 3_000;
/** Without any there is little that one could try. */
const FIRST_PATIENCE_MS = 10_000;

/** The servers that a connection may ask for a way, with credentials that are still good. */
export class IceList {
  readonly #ask: () => Promise<IceAnswer>;
  #last: IceAnswer | null = null;
  /** The first answer, asked for when the call began. */
  #coming: Promise<IceAnswer | null> | null;

  constructor(first: Promise<IceAnswer | null> | null, ask: () => Promise<IceAnswer>) {
    this.#ask = ask;
    this.#coming = first;
  }

  /** False once the server was asked in vain. */
  get known(): boolean {
    return this.#last !== null;
  }

  /** At once, unless there are none yet or theirs lapse soon. */
  async servers(): Promise<RTCIceServer[]> {
    if (!this.#fresh()) await this.#renew();
    return (this.#last?.ice_servers ?? []).map((s) => ({ ...s, urls: [...s.urls] }));
  }

  /** What comes too late for this try is there for the next. */
  async #renew(): Promise<void> {
    this.#coming ??= this.#ask().catch(() => null);
    const coming = this.#coming.then((got) => {
      this.#last = got ?? this.#last;
      this.#coming = null;
    });
    const patience = this.#last ? PATIENCE_MS : FIRST_PATIENCE_MS;
    await Promise.race([coming, new Promise((done) => setTimeout(done, patience))]);
  }

  #fresh(): boolean {
    if (!this.#last) return false;
    const { expires_at } = this.#last;
    return expires_at === null || expires_at - Date.now() > SOON_MS;
  }
}
