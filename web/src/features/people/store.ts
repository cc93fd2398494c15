import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api, Person, Presence, ServerEvent } from "../../api/gen";
import type { Socket } from "../../api/socket";
import type { PresenceState } from "../../ui/avatar/presence";
import { Cards } from "./cards";

const BATCH = 50;
const SOON_MS = 20;
const WATCH_SOON_MS = 300;
const WATCH_MOST = 500;

export const UNKNOWN_NAME = "…";

/** Who people are and how present; what is not known is asked for in batches. */
export class PeopleStore {
  readonly #api: Api;
  readonly #line: Pick<Socket, "tell">;
  readonly #people = new Map<string, Signal<Person | null>>();
  readonly #presence = new Map<string, Signal<Presence | null>>();
  /** Who is to be asked for, and who has been. */
  readonly #wanted = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #watched = new Map<string, number>();
  #asking: ReturnType<typeof setTimeout> | undefined;
  #watching: ReturnType<typeof setTimeout> | undefined;

  readonly cards = new Cards();

  constructor(api: Api, line: Pick<Socket, "tell">) {
    this.#api = api;
    this.#line = line;
  }

  person(id: string): Person | null {
    return this.#of(id).value;
  }

  /** A guest chose the name, perhaps somebody else's: so it is always said that it is a guest's. */
  nameOf(id: string): string {
    const person = this.person(id);
    if (!person) return UNKNOWN_NAME;
    return person.role === "guest" ? `${person.name} (Guest)` : person.name;
  }

  pictureOf(id: string): string | null {
    return this.person(id)?.picture ?? null;
  }

  /** Of whom nothing is known yet, the least. */
  roleOf(id: string): Person["role"] {
    return this.person(id)?.role ?? "guest";
  }

  presence(id: string): Presence | null {
    return this.#presenceOf(id).value;
  }

  stateOf(id: string): PresenceState {
    return this.presence(id)?.state ?? "unknown";
  }

  learn(people: readonly Person[]): void {
    for (const p of people) {
      const slot = this.#slot(p.id);
      /* Who is met in a channel comes without an address; one that was asked for is kept. */
      const email = p.email || slot.peek()?.email || "";
      slot.value = email === p.email ? p : { ...p, email };
    }
  }

  /** Asks for what only those of the house may know: the address. */
  async meet(id: string): Promise<void> {
    if (this.#slot(id).peek()?.email) return;
    try {
      this.learn([await this.#api.personGet({ person: id })]);
    } catch {
      /* Not told to guests; and a card without an address is one all the same. */
    }
  }

  async find(query: string): Promise<readonly Person[]> {
    const { people } = await this.#api.peopleList(
      query === "" ? { limit: 30 } : { query, limit: 30 },
    );
    this.learn(people);
    return people;
  }

  /** Hears of this person's presence until the returned function is called. */
  watch(id: string): () => void {
    this.#watched.set(id, (this.#watched.get(id) ?? 0) + 1);
    this.#watchSoon();
    return () => {
      const left = (this.#watched.get(id) ?? 1) - 1;
      if (left > 0) this.#watched.set(id, left);
      else this.#watched.delete(id);
      this.#watchSoon();
    };
  }

  /** A new socket knows nothing of what the last one watched. */
  rewatch(): void {
    this.#line.tell({ type: "watch", users: [...this.#watched.keys()].slice(0, WATCH_MOST) });
  }

  apply(e: ServerEvent): void {
    if (e.type === "person") this.learn([e.person]);
    if (e.type === "presence") for (const p of e.people) this.#presenceOf(p.user).value = p;
  }

  #slot(id: string): Signal<Person | null> {
    const known = this.#people.get(id) ?? signal<Person | null>(null);
    this.#people.set(id, known);
    return known;
  }

  #of(id: string): ReadonlySignal<Person | null> {
    const slot = this.#slot(id);
    if (slot.peek() === null) this.#want(id);
    return slot;
  }

  #presenceOf(id: string): Signal<Presence | null> {
    const known = this.#presence.get(id) ?? signal<Presence | null>(null);
    this.#presence.set(id, known);
    return known;
  }

  #want(id: string): void {
    if (this.#wanted.has(id) || this.#asked.has(id)) return;
    this.#wanted.add(id);
    this.#asking ??= setTimeout(() => this.#ask(), SOON_MS);
  }

  #ask(): void {
    this.#asking = undefined;
    const ids = [...this.#wanted];
    this.#wanted.clear();
    for (const id of ids) this.#asked.add(id);
    for (let at = 0; at < ids.length; at += BATCH) {
      const some = ids.slice(at, at + BATCH);
      this.#api.peopleList({ ids: some.join(",") }).then(
        ({ people }) => this.learn(people),
        () => {
          for (const id of some) this.#asked.delete(id); /* asked again when next shown */
        },
      );
    }
  }

  #watchSoon(): void {
    this.#watching ??= setTimeout(() => {
      this.#watching = undefined;
      this.rewatch();
    }, WATCH_SOON_MS);
  }
}
