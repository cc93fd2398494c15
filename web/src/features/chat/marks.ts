import { ApiError } from "../../api/errors";
import type { Api } from "../../api/gen";

const EVERY_MS = 2000;

/**
 * Up to where conversations have been seen, as far as the server has not acknowledged it: told at
 * once, and then for many rows together, every two seconds at most.
 */
export class Marks {
  readonly #api: Pick<Api, "channelMark">;
  readonly #open = new Map<string, number>();
  /** Something has been seen since it was last told. */
  #due = false;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<Api, "channelMark">) {
    this.#api = api;
  }

  /** Channels with the seq up to which they are seen. */
  get open(): ReadonlyMap<string, number> {
    return this.#open;
  }

  seen(channel: string, seq: number): void {
    this.#open.set(channel, Math.max(seq, this.#open.get(channel) ?? 0));
    this.#due = true;
    if (this.#rest === undefined) this.tell();
  }

  /** Tells all that is open, now: the line is there again, or the page goes. */
  tell(): void {
    if (this.#open.size === 0) return;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      if (this.#due) this.tell();
    }, EVERY_MS);
    this.#due = false;
    for (const [channel, seq] of this.#open) void this.#tellOne(channel, seq);
  }

  async #tellOne(channel: string, seq: number): Promise<void> {
    try {
      await this.#api.channelMark({ channel }, { seq });
    } catch (e) {
      /* Told when the line is back, unless the server does not want to hear it. */
      if (e instanceof ApiError && e.passing) return;
    }
    if (this.#open.get(channel) === seq) this.#open.delete(channel);
  }
}
