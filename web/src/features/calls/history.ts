import { type ReadonlySignal, signal } from "@preact/signals";
import { errorText } from "../../api/errors";
import type { Api, CallRecord, Person, ServerEvent } from "../../api/gen";

export type Filter = "all" | "missed";

const PAGE = 50;

/** The calls that were, newest first. */
export class CallHistory {
  readonly #api: Pick<Api, "callList" | "callsSeen">;
  readonly #learn: (people: readonly Person[]) => void;
  readonly #records = signal<readonly CallRecord[] | null>(null);
  readonly #filter = signal<Filter>("all");
  readonly #more = signal(false);
  readonly #trouble = signal<string | null>(null);
  #asked = 0;
  #loading = false;
  #unseen = 0;

  /** Null until the first page has come. */
  readonly records: ReadonlySignal<readonly CallRecord[] | null> = this.#records;
  readonly filter: ReadonlySignal<Filter> = this.#filter;
  readonly more: ReadonlySignal<boolean> = this.#more;
  readonly trouble: ReadonlySignal<string | null> = this.#trouble;

  constructor(
    api: Pick<Api, "callList" | "callsSeen">,
    learn: (people: readonly Person[]) => void,
  ) {
    this.#api = api;
    this.#learn = learn;
  }

  /** What is shown grows old with the end of each call. */
  apply(e: ServerEvent): void {
    if (e.type === "gap") this.#unseen = e.state.missed_calls;
    if (e.type === "missed_calls") this.#unseen = e.count;
    const ended = e.type === "call" && e.call.state === "ended";
    if ((ended || e.type === "gap") && this.#records.value !== null) void this.load();
  }

  async choose(filter: Filter): Promise<void> {
    if (filter === this.#filter.value) return;
    this.#filter.value = filter;
    this.#records.value = null;
    await this.load();
  }

  async load(): Promise<void> {
    await this.#ask(undefined);
  }

  async loadMore(): Promise<void> {
    const last = this.#records.value?.at(-1);
    if (last && this.#more.value && !this.#loading) await this.#ask(last.id);
  }

  /** The person has looked: missed calls are no longer new. */
  async seen(): Promise<void> {
    if (this.#unseen === 0) return;
    this.#unseen = 0;
    await this.#api.callsSeen({}).catch(() => undefined);
  }

  of(id: string): CallRecord | undefined {
    return this.#records.value?.find((r) => r.id === id);
  }

  async #ask(before: string | undefined): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    this.#loading = true;
    const missed = this.#filter.value === "missed" ? { missed: true } : {};
    const from = before === undefined ? {} : { before };
    try {
      const { calls, more } = await this.#api.callList({ limit: PAGE, ...missed, ...from });
      if (mine !== this.#asked) return;
      this.#learn(calls.flatMap((c) => c.peer ?? []));
      const kept = before === undefined ? [] : (this.#records.value ?? []);
      this.#records.value = [...kept, ...calls];
      this.#more.value = more;
      this.#trouble.value = null;
    } catch (e) {
      if (mine === this.#asked) this.#trouble.value = errorText(e);
    } finally {
      if (mine === this.#asked) this.#loading = false;
    }
  }
}
