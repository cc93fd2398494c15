import { type Signal, signal } from "@preact/signals";
import { ApiError } from "../../api/errors";
import type { Api, Message } from "../../api/gen";
import { backoffMs } from "../../api/reconnect";
import { EMPTY, newest, type Timeline, withAll, withOlder, withRows } from "./timeline";

const PAGE = 50;
const CHANGES = 200;
/** Events of one channel may arrive swapped: a missing one is given so long before it is asked for. */
const SWAPPED_MS = 300;

interface Given {
  readonly api: Pick<Api, "messageList" | "changeList">;
  /** The highest change of a channel that the server has told of. */
  readonly lastChange: (channel: string) => number;
}

export type Loading = "no" | "newest" | "older" | "failed";

interface Fetching {
  readonly channel: string;
  /** What has come while the page was fetched, which may have been read before. */
  readonly meanwhile: Message[];
}

/** What the page has of each conversation: pages as they are looked at, then what events bring. */
export class Histories {
  readonly #given: Given;
  readonly #timelines = new Map<string, Signal<Timeline | null>>();
  readonly #loading = new Map<string, Signal<Loading>>();
  readonly #fetching = new Set<Fetching>();
  readonly #mending = new Map<string, ReturnType<typeof setTimeout>>();
  /** What failed with the server there is asked for again, each time later. */
  readonly #failures = new Map<string, number>();
  readonly #retrying = new Set<ReturnType<typeof setTimeout>>();

  constructor(given: Given) {
    this.#given = given;
  }

  timeline(id: string): Timeline | null {
    return this.#timelineOf(id).value;
  }

  loading(id: string): Loading {
    return this.#loadingOf(id).value;
  }

  /** Loads the newest page unless it is there. */
  async open(id: string): Promise<void> {
    const slot = this.#timelineOf(id);
    const loading = this.#loadingOf(id);
    if (slot.peek() !== null || loading.peek() === "newest") return;
    loading.value = "newest";
    const since = this.#given.lastChange(id);
    const fetching = this.#begin(id);
    try {
      const page = await this.#given.api.messageList({ channel: id, limit: PAGE });
      slot.value = withRows(newest(page.messages, page.more_before, since), fetching.meanwhile);
      loading.value = "no";
      this.#failures.delete(id);
      this.#mend(id, SWAPPED_MS);
    } catch (e) {
      loading.value = "failed";
      if (e instanceof ApiError && e.passing) this.#retry(id);
    } finally {
      this.#fetching.delete(fetching);
    }
  }

  async older(id: string): Promise<void> {
    const slot = this.#timelineOf(id);
    const loading = this.#loadingOf(id);
    const first = slot.peek()?.messages[0];
    if (!slot.peek()?.moreBefore || first === undefined || loading.peek() === "older") return;
    loading.value = "older";
    const fetching = this.#begin(id);
    let now: Loading = "no";
    try {
      const page = await this.#given.api.messageList({
        channel: id,
        before: first.seq,
        limit: PAGE,
      });
      const shown = slot.peek();
      /* Begun anew meanwhile: a page from further up would leave a hole. */
      if (shown?.messages[0]?.seq === first.seq) {
        const longer = withOlder(shown, page.messages, page.more_before);
        slot.value = withRows(longer, fetching.meanwhile);
        this.#mend(id, SWAPPED_MS);
      }
    } catch {
      now = "failed";
    } finally {
      this.#fetching.delete(fetching);
    }
    if (loading.peek() === "older") loading.value = now;
  }

  /** Rows that an event or an answer has brought. */
  take(id: string, rows: readonly Message[]): void {
    for (const f of this.#fetching) if (f.channel === id) f.meanwhile.push(...rows);
    const slot = this.#timelineOf(id);
    if (slot.peek() === null) return;
    slot.value = withRows(slot.peek() ?? EMPTY, rows);
    this.#mend(id, SWAPPED_MS);
  }

  /** There was no line: what has changed meanwhile is fetched. */
  refresh(): void {
    for (const id of this.#timelines.keys()) this.#mend(id, 0);
  }

  /** The line is there again: what failed without it is due. */
  again(): void {
    for (const loading of this.#loading.values())
      if (loading.peek() === "failed") loading.value = "no";
  }

  drop(id: string): void {
    this.#timelineOf(id).value = null;
  }

  end(): void {
    for (const timer of this.#mending.values()) clearTimeout(timer);
    for (const timer of this.#retrying) clearTimeout(timer);
  }

  /** Whoever looks at it then opens it. */
  #retry(id: string): void {
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    const timer = setTimeout(() => {
      this.#retrying.delete(timer);
      const loading = this.#loadingOf(id);
      if (loading.peek() === "failed") loading.value = "no";
    }, backoffMs(failures));
    this.#retrying.add(timer);
  }

  #begin(channel: string): Fetching {
    const fetching: Fetching = { channel, meanwhile: [] };
    this.#fetching.add(fetching);
    return fetching;
  }

  /** Asks for changes that are missing, unless they come by themselves soon. */
  #mend(id: string, wait: number): void {
    if (!this.#lacks(id) || (wait > 0 && this.#mending.has(id))) return;
    clearTimeout(this.#mending.get(id));
    const timer = setTimeout(async () => {
      const from = this.#changeOf(id);
      if (this.#lacks(id)) await this.#catchUp(id);
      if (this.#mending.get(id) !== timer) return;
      this.#mending.delete(id);
      /* Events that came while it was fetched may have left a hole of their own. */
      if (this.#changeOf(id) > from) this.#mend(id, SWAPPED_MS);
    }, wait);
    this.#mending.set(id, timer);
  }

  #lacks(id: string): boolean {
    return this.#timelineOf(id).peek() !== null && this.#given.lastChange(id) > this.#changeOf(id);
  }

  #changeOf(id: string): number {
    return this.#timelineOf(id).peek()?.change ?? 0;
  }

  /** Fetches what changed and was not told; when that is too much, begins anew. */
  async #catchUp(id: string): Promise<void> {
    const slot = this.#timelineOf(id);
    const after = this.#changeOf(id);
    try {
      const page = await this.#given.api.changeList({ channel: id, after, limit: CHANGES });
      const shown = slot.peek();
      if (shown !== null)
        slot.value = page.more ? null : withAll(shown, page.messages, page.last_change);
      if (page.more) await this.open(id);
    } catch {
      slot.value = null; /* read anew when it is next looked at */
    }
  }

  #timelineOf(id: string): Signal<Timeline | null> {
    const known = this.#timelines.get(id) ?? signal<Timeline | null>(null);
    this.#timelines.set(id, known);
    return known;
  }

  #loadingOf(id: string): Signal<Loading> {
    const known = this.#loading.get(id) ?? signal<Loading>("no");
    this.#loading.set(id, known);
    return known;
  }
}
