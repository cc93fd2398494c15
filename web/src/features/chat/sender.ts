import type { ReadonlySignal } from "@preact/signals";
import { ApiError, errorText } from "../../api/errors";
import type { Api, Message } from "../../api/gen";
import { backoffMs } from "../../api/reconnect";
import type { Scope } from "../../lib/scope";
import type { Outbox, Unsent } from "./outbox";

interface Given {
  readonly api: Pick<Api, "messageSend">;
  readonly outbox: Outbox;
  readonly online: ReadonlySignal<boolean>;
  readonly onSent: (row: Message) => void;
  /** The server takes messages but cannot keep them, in its words; null: it can again. */
  readonly onTrouble: (text: string | null) => void;
}

/** For everybody to read: what the operator must mend is told in the server's words. */
function troubleOf(e: ApiError): string {
  const kept = "Yours are kept here and sent as soon as that works again.";
  const why = e.code === "storage_full" ? `${errorText(e)} ` : "";
  return `Messages cannot be stored at the moment. ${why}${kept}`;
}

/**
 * Empties the outbox: one message of a channel at a time, so that they keep their order, and in one
 * tab at a time.  What cannot get through now is tried again; what is refused stays, with the reason.
 */
export class Sender {
  readonly #given: Given;
  readonly #flying = new Set<string>();
  #failures = 0;
  /** While it lasts nothing is sent, whatever changes. */
  #rest: { readonly end: ReturnType<typeof setTimeout>; readonly ordered: boolean } | null = null;
  #leads = false;

  constructor(given: Given) {
    this.#given = given;
  }

  start(scope: Scope): void {
    scope.effect(() => {
      this.#given.outbox.items.value;
      queueMicrotask(() => this.#pump());
    });
    scope.effect(() => {
      if (this.#given.online.value) queueMicrotask(() => this.#back());
    });
    scope.add(() => this.#wake());
    this.#lead(scope);
  }

  /** The tab that holds the lock sends; without locks (an insecure address) every tab does. */
  #lead(scope: Scope): void {
    if (!("locks" in navigator)) {
      this.#leads = true;
      return;
    }
    const ended = new AbortController();
    scope.add(() => ended.abort());
    navigator.locks
      .request(this.#given.outbox.name, { signal: ended.signal }, () => {
        this.#leads = true;
        this.#pump();
        return new Promise<void>((done) => ended.signal.addEventListener("abort", () => done()));
      })
      .catch(() => {
        /* The page went before it was its turn. */
      });
  }

  /** There is a line: a new try is due, unless the server has named a time. */
  #back(): void {
    if (!this.#rest?.ordered) this.#wake();
    this.#pump();
  }

  /** Rests for that long; what the server has ordered is not cut short by what we would. */
  #sleep(ms: number, ordered: boolean): void {
    if (this.#rest?.ordered && !ordered) return;
    this.#wake();
    const end = setTimeout(() => {
      this.#rest = null;
      this.#pump();
    }, ms);
    this.#rest = { end, ordered };
  }

  #wake(): void {
    clearTimeout(this.#rest?.end);
    this.#rest = null;
  }

  #pump(): void {
    if (!this.#leads || !this.#given.online.value || this.#rest !== null) return;
    const begun = new Set(this.#flying);
    for (const item of this.#given.outbox.items.value) {
      if (item.failed !== null || begun.has(item.channel)) continue;
      begun.add(item.channel);
      void this.#send(item);
    }
  }

  async #send(item: Unsent): Promise<void> {
    const { api, outbox, onSent } = this.#given;
    this.#flying.add(item.channel);
    try {
      const row = await api.messageSend(
        { channel: item.channel },
        { client_id: item.clientId, body: item.body },
      );
      this.#failures = 0;
      this.#given.onTrouble(null);
      onSent(row);
      await outbox.remove(item.clientId);
      this.#flying.delete(item.channel);
      this.#pump();
    } catch (e) {
      await this.#failed(item, e);
    }
  }

  async #failed(item: Unsent, e: unknown): Promise<void> {
    const passing = !(e instanceof ApiError) || e.passing || e.code === "signed_out";
    if (!passing) {
      await this.#given.outbox.put({ ...item, failed: errorText(e) });
      this.#flying.delete(item.channel);
      this.#pump();
      return;
    }
    /* One refusal is nobody's business: the next try comes at once. */
    if (e instanceof ApiError && e.status >= 500 && this.#failures > 0)
      this.#given.onTrouble(troubleOf(e));
    const ordered = e instanceof ApiError ? e.retryAfterMs : undefined;
    this.#sleep(ordered ?? backoffMs(this.#failures), ordered !== undefined);
    this.#failures += 1;
    this.#flying.delete(item.channel);
  }
}
