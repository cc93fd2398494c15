import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api, Me, SetupRunBody, Site } from "../../api/gen";

/** Who uses this page: unknown until the server was asked. */
export type Who = "unknown" | "nobody" | Me;

/** Coming in and going out. */
export class SessionStore {
  readonly #api: Api;
  readonly #who = signal<Who>("unknown");
  readonly #site = signal<Site | null>(null);
  /** Is asked before the sign-out: what must be wiped. */
  readonly #leaving: (() => Promise<void>)[] = [];

  readonly who: ReadonlySignal<Who> = this.#who;
  readonly site: ReadonlySignal<Site | null> = this.#site;

  constructor(api: Api) {
    this.#api = api;
  }

  onLeave(wipe: () => Promise<void>): void {
    this.#leaving.push(wipe);
  }

  /** Asks the server who this is; rejects when it cannot be reached. */
  async begin(): Promise<void> {
    const me = await this.#api.meGet().catch((e: unknown) => {
      if (this.#who.value === "nobody") return null;
      throw e;
    });
    if (me) this.#who.value = me;
    else await this.loadSite();
  }

  async loadSite(): Promise<void> {
    this.#site.value = await this.#api.siteGet();
  }

  async signIn(email: string, password: string): Promise<void> {
    this.#who.value = await this.#api.sessionCreate({ email, password });
  }

  async setUp(body: SetupRunBody): Promise<void> {
    this.#who.value = await this.#api.setupRun(body);
  }

  async accept(token: string, email: string, name: string, password: string): Promise<void> {
    this.#who.value = await this.#api.inviteAccept({ token, email, name, password });
  }

  lookUp(token: string) {
    return this.#api.inviteLookup({ token });
  }

  /** Nothing is wiped unless the server can be reached: what was written would be lost. */
  async signOut(): Promise<void> {
    await this.#api.meGet();
    for (const wipe of this.#leaving) await wipe();
    await this.#api.sessionEnd();
    this.ended();
  }

  /** The server says that the session is over. */
  ended(): void {
    this.#who.value = "nobody";
  }
}
