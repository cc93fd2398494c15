import { type ReadonlySignal, signal } from "@preact/signals";

interface Page<T> {
  readonly rows: readonly T[];
  readonly more: boolean;
}

/** A list that comes in pages: begun anew when what is asked for changes, and longer on demand. */
export class Paged<T> {
  readonly #fetch: (shown: readonly T[]) => Promise<Page<T>>;
  readonly #rows = signal<readonly T[] | null>(null);
  readonly #more = signal(false);
  readonly #busy = signal(false);
  readonly #error = signal<unknown>(null);
  /** Which asking counts: an answer to an earlier one comes too late. */
  #asked = 0;

  /** Null until the first page has come. */
  readonly rows: ReadonlySignal<readonly T[] | null> = this.#rows;
  readonly more: ReadonlySignal<boolean> = this.#more;
  readonly busy: ReadonlySignal<boolean> = this.#busy;
  readonly error: ReadonlySignal<unknown> = this.#error;

  /** Fetches what comes behind those shown. */
  constructor(fetch: (shown: readonly T[]) => Promise<Page<T>>) {
    this.#fetch = fetch;
  }

  load(): Promise<void> {
    return this.#get([]);
  }

  async next(): Promise<void> {
    if (!this.#busy.value) await this.#get(this.#rows.value ?? []);
  }

  /** One row is another now. */
  replace(old: T, now: T): void {
    this.#rows.value = (this.#rows.value ?? []).map((row) => (row === old ? now : row));
  }

  async #get(shown: readonly T[]): Promise<void> {
    const mine = ++this.#asked;
    this.#busy.value = true;
    this.#error.value = null;
    try {
      const page = await this.#fetch(shown);
      if (mine !== this.#asked) return;
      this.#rows.value = [...shown, ...page.rows];
      this.#more.value = page.more;
    } catch (e) {
      if (mine === this.#asked) this.#error.value = e;
    } finally {
      if (mine === this.#asked) this.#busy.value = false;
    }
  }
}
