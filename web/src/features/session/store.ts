import { type ReadonlySignal, signal } from "@preact/signals";
import type { Api, Me, OidcStartBody, SetupRunBody, SignIn, Site } from "../../api/gen";
import type { Problem } from "./back";

/** Who uses this page: unknown until the server was asked. */
export type Who = "unknown" | "nobody" | Me;

/* When the server did not say: a password that is no way in is refused plainly. */
const PLAIN: SignIn = { local_accounts: true, mail: false, providers: [] };

/** Coming in and going out. */
export class SessionStore {
  readonly #api: Api;
  /** Goes to another site's page. */
  readonly #leaveTo: (url: string) => void;
  readonly #who = signal<Who>("unknown");
  readonly #site = signal<Site | null>(null);
  readonly #ways = signal<SignIn | null>(null);
  readonly #problem = signal<Problem | null>(null);
  /** Is asked before the sign-out: what must be wiped. */
  readonly #leaving: (() => Promise<void>)[] = [];

  readonly who: ReadonlySignal<Who> = this.#who;
  readonly site: ReadonlySignal<Site | null> = this.#site;
  /** How one can sign in here; null until that is known. */
  readonly ways: ReadonlySignal<SignIn | null> = this.#ways;
  /** Why one is at the sign-in, unwanted. */
  readonly problem: ReadonlySignal<Problem | null> = this.#problem;

  constructor(api: Api, leaveTo = (url: string) => location.assign(url)) {
    this.#api = api;
    this.#leaveTo = leaveTo;
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
    const [site] = await Promise.all([this.#api.siteGet(), this.loadWays()]);
    this.#site.value = site;
  }

  async loadWays(): Promise<void> {
    this.#ways.value = await this.#api.signInGet().catch(() => this.#ways.value ?? PLAIN);
  }

  tell(problem: Problem | null): void {
    this.#problem.value = problem;
  }

  async signIn(email: string, password: string, code?: string): Promise<void> {
    const body = code === undefined ? { email, password } : { email, password, code };
    this.#came(await this.#api.sessionCreate(body));
  }

  /** Off to a provider: what follows happens at another page, which leads back here. */
  async goTo(provider: string, body: OidcStartBody): Promise<void> {
    this.#problem.value = null;
    this.#leaveTo((await this.#api.oidcStart({ provider }, body)).url);
  }

  async setUp(body: SetupRunBody): Promise<void> {
    this.#came(await this.#api.setupRun(body));
  }

  async accept(token: string, email: string, name: string, password: string): Promise<void> {
    this.#came(await this.#api.inviteAccept({ token, email, name, password }));
  }

  async join(token: string, name: string): Promise<void> {
    this.#came(await this.#api.guestJoin({ token, name }));
  }

  lookUp(token: string) {
    return this.#api.inviteLookup({ token });
  }

  lookUpGuest(token: string) {
    return this.#api.guestLookup({ token });
  }

  lookUpReset(token: string) {
    return this.#api.resetLookup({ token });
  }

  async reset(token: string, password: string): Promise<void> {
    await this.#api.resetAccept({ token, password });
    /* If it was this person's own, they are signed out here, too. */
    if (this.#who.value !== "nobody") await this.#api.meGet().catch(() => {});
  }

  async mailReset(email: string): Promise<void> {
    await this.#api.resetMail({ email });
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

  #came(me: Me): void {
    this.#who.value = me;
    this.#problem.value = null;
  }
}
