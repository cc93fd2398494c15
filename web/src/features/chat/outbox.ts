import { type ReadonlySignal, signal } from "@preact/signals";

/** A message that the server has not acknowledged. */
export interface Unsent {
  readonly clientId: string;
  readonly channel: string;
  readonly body: string;
  readonly at: number;
  readonly failed: string | null;
}

const STORE = "unsent";

function open(name: string): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "clientId" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

function settled(t: IDBTransaction): Promise<void> {
  return new Promise((done, fail) => {
    t.oncomplete = () => done();
    t.onerror = () => fail(t.error);
    t.onabort = () => fail(t.error);
  });
}

/**
 * The messages that wait, kept in the browser so that a reload or a lost network loses none.  All
 * tabs of a person share it and hear of each other's changes; what cannot be kept (in a private
 * window, on a full disk) lasts as long as the page.
 */
export class Outbox {
  readonly #name: string;
  readonly #items = signal<readonly Unsent[]>([]);
  readonly #tabs: BroadcastChannel;
  /** What is on this page only: not written yet, or not to be written. */
  readonly #unkept = new Map<string, Unsent>();
  #db: IDBDatabase | null = null;

  readonly items: ReadonlySignal<readonly Unsent[]> = this.#items;

  constructor(user: string) {
    this.#name = `convene-outbox-${user}`;
    this.#tabs = new BroadcastChannel(this.#name);
    this.#tabs.onmessage = () => void this.#load();
  }

  get name(): string {
    return this.#name;
  }

  async start(): Promise<void> {
    try {
      this.#db = await open(this.#name);
      await this.#load();
    } catch {
      this.#db = null;
    }
  }

  async put(item: Unsent): Promise<void> {
    const others = this.#items.value.filter((i) => i.clientId !== item.clientId);
    this.#items.value = inOrder([...others, item]);
    this.#unkept.set(item.clientId, item);
    const kept = await this.#write((store) => store.put(item));
    if (kept && this.#unkept.get(item.clientId) === item) this.#unkept.delete(item.clientId);
  }

  async remove(clientId: string): Promise<void> {
    this.#items.value = this.#items.value.filter((i) => i.clientId !== clientId);
    this.#unkept.delete(clientId);
    await this.#write((store) => store.delete(clientId));
  }

  /** Forgets all and lets go of the browser's storage: the person signs out. */
  async wipe(): Promise<void> {
    this.#items.value = [];
    this.#unkept.clear();
    this.#db?.close();
    this.#db = null;
    await new Promise<void>((done) => {
      const asked = indexedDB.deleteDatabase(this.#name);
      asked.onsuccess = asked.onerror = asked.onblocked = () => done();
    });
  }

  stop(): void {
    this.#tabs.close();
    this.#db?.close();
    this.#db = null;
  }

  async #load(): Promise<void> {
    if (this.#db === null) return;
    const asked = this.#db.transaction(STORE).objectStore(STORE).getAll();
    const items = await new Promise<Unsent[]>((done, fail) => {
      asked.onsuccess = () => done(asked.result as Unsent[]);
      asked.onerror = () => fail(asked.error);
    });
    const kept = items.filter((i) => !this.#unkept.has(i.clientId));
    this.#items.value = inOrder([...kept, ...this.#unkept.values()]);
  }

  /** Was it written? */
  async #write(change: (store: IDBObjectStore) => IDBRequest): Promise<boolean> {
    if (this.#db === null) return false;
    try {
      const t = this.#db.transaction(STORE, "readwrite");
      change(t.objectStore(STORE));
      await settled(t);
    } catch {
      return false;
    }
    this.#tabs.postMessage("changed");
    return true;
  }
}

const inOrder = (items: readonly Unsent[]) => [...items].sort((a, b) => a.at - b.at);
