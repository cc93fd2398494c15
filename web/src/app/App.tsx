import { effect, signal } from "@preact/signals";
import { ApiError } from "../api/errors";
import type { Api, Me } from "../api/gen";
import { httpApi } from "../api/http";
import { backoffMs } from "../api/reconnect";
import { placeKept, problemIn, SessionStore, type Who } from "../features/session";
import { Spinner } from "../ui/spinner/Spinner";
import { Lazy } from "./Lazy";
import { Offline } from "./Offline";
import type { Router } from "./router";
import { Services } from "./services";
import type { Theme } from "./theme";
import { Workplace } from "./Workplace";

const loadSignIn = () => import("../features/session/lazy").then((m) => m.SignInPage);
const loadSetUp = () => import("../features/session/lazy").then((m) => m.SetUpPage);
const loadInvite = () => import("../features/session/lazy").then((m) => m.InvitePage);
const loadReset = () => import("../features/session/lazy").then((m) => m.ResetPage);
const loadGuest = () => import("../features/session/lazy").then((m) => m.GuestPage);

/** The pages that a link with a secret leads to. */
const BY_LINK = {
  "/setup": loadSetUp,
  "/invite": loadInvite,
  "/reset": loadReset,
  "/guest": loadGuest,
} as const;
const isByLink = (path: string): path is keyof typeof BY_LINK => Object.hasOwn(BY_LINK, path);

/** The page as a whole: who uses it decides what it shows. */
export class App {
  readonly theme: Theme;
  readonly router: Router;
  readonly session: SessionStore;
  readonly #api: Api;
  readonly #services = signal<Services | null>(null);
  /** Why the page could not begin. */
  readonly #failed = signal<"no" | "unreached" | "refused">("no");
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** The secret of a link, taken out of the address before anything else sees it. */
  readonly #secret: string;
  /** Who was signed in when the page was opened. */
  #before: Who = "unknown";

  constructor(theme: Theme, router: Router) {
    this.theme = theme;
    this.router = router;
    this.#secret = location.hash.slice(1);
    if (this.#secret !== "") history.replaceState(null, "", location.pathname + location.search);
    this.#api = httpApi(() => this.#ended());
    this.session = new SessionStore(this.#api);
    if (location.pathname === "/sign-in") this.session.tell(problemIn(this.#secret));
    this.session.onLeave(async () => this.#services.value?.wipe());
    /* However a session ends, what was wired together for its person ends with it: the line may be
     * down, and the next person must not come into the last one's place. */
    effect(() => {
      const who = this.session.who.value;
      if (this.#before === "unknown") this.#before = who;
      if (who === "nobody") this.#endServices();
    });
  }

  start(): void {
    clearTimeout(this.#again);
    this.session.begin().then(
      () => {
        this.#failed.value = "no";
        if (this.#before !== "nobody" && isByLink(this.router.path.value))
          void this.session.loadWays();
        this.#enter();
      },
      (e: unknown) => {
        this.#failed.value = e instanceof ApiError && e.status > 0 ? "refused" : "unreached";
        this.#again = setTimeout(() => this.start(), backoffMs(this.#failures++));
      },
    );
  }

  readonly View = () => {
    const services = this.#services.value;
    const who = this.session.who.value;
    if (this.#failed.value !== "no")
      return <Offline answers={this.#failed.value === "refused"} onRetry={() => this.start()} />;
    if (who === "unknown") return <Spinner label="Loading" />;
    const path = this.router.path.value;
    if (who === "nobody" || this.#staysOut(who, path)) return this.#outside(path);
    if (!services) return this.#entered(who);
    return (
      <Workplace
        services={services}
        session={this.session}
        router={this.router}
        theme={this.theme}
        onSignOut={() => void this.#signOut()}
      />
    );
  };

  #outside(path: string) {
    const session = this.session;
    if (isByLink(path))
      return <Lazy load={BY_LINK[path]} props={{ session, token: this.#secret }} />;
    const returnTo = path === "/sign-in" ? placeKept() : location.pathname + location.search;
    return <Lazy load={loadSignIn} props={{ session, returnTo }} />;
  }

  /** Some links are for those who are signed in, too: a new password; more than a guest may see. */
  #staysOut(who: Me, path: string): boolean {
    if (this.#secret === "" || who !== this.#before || this.#services.value) return false;
    return path === "/reset" || (who.role === "guest" && (path === "/invite" || path === "/guest"));
  }

  /** Somebody has just come in by one of the pages outside. */
  #entered(_me: Me) {
    queueMicrotask(() => this.#enter());
    return <Spinner label="Loading" />;
  }

  #enter(): void {
    const who = this.session.who.value;
    const path = this.router.path.value;
    if (typeof who === "string" || this.#services.value || this.#staysOut(who, path)) return;
    const services = new Services({
      api: this.#api,
      me: who,
      onSignedOut: () => this.#ended(),
      openChat: (channel) => this.router.go(`/chat/${channel}`),
    });
    this.#services.value = services;
    /* Connecting a provider can fail, too. */
    const first = this.session.problem.value ? "/settings/security" : placeKept();
    if (path === "/sign-in") this.router.go(first, { replace: true });
    else if (path === "/" || isByLink(path)) this.router.go("/chat", { replace: true });
    if (who.role === "guest") this.#openOnly(services);
    if (isByLink(path) && path !== "/reset" && who === this.#before)
      services.toasts.show({ text: "You are signed in already: that link is for others." });
    void services.start();
  }

  /** A guest has come for one conversation. */
  #openOnly(services: Services): void {
    const stop = effect(() => {
      const only = services.chat.channels.value[0];
      if (!only) return;
      queueMicrotask(() => stop());
      if (this.router.path.peek() === "/chat")
        this.router.go(`/chat/${only.id}`, { replace: true });
    });
  }

  async #signOut(): Promise<void> {
    try {
      await this.session.signOut();
      /* It was one's own will, though the line may have told of it first. */
      this.session.tell(null);
    } catch {
      this.#services.value?.toasts.show({
        text: "You could not be signed out: the server cannot be reached. Try again.",
        kind: "error",
      });
    }
  }

  #endServices(): void {
    this.#services.peek()?.end();
    this.#services.value = null;
  }

  #ended(): void {
    const who = this.session.who.value;
    if (typeof who !== "string")
      this.session.tell({ code: who.role === "guest" ? "visit_over" : "ended", provider: "" });
    this.session.ended();
    void this.session.loadSite().catch(() => {
      /* The page to sign in does without the name. */
    });
  }
}
