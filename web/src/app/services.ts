import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Api, Me, ServerEvent, Site } from "../api/gen";
import { Socket } from "../api/socket";
import { CallHistory, CallsStore } from "../features/calls";
import { ChatStore, forgetDrafts, Outbox, Sender, titleOf } from "../features/chat";
import { PeopleStore } from "../features/people";
import { Scope } from "../lib/scope";
import { uuidv7 } from "../lib/uuid";
import { Toasts } from "../ui/toast/toasts";
import { watchActivity } from "./activity";

interface Given {
  readonly api: Api;
  readonly me: Me;
  readonly onSignedOut: () => void;
  /** Shows a conversation. */
  readonly openChat: (channel: string) => void;
}

/** All that lives while somebody is signed in, wired together; ended as a whole. */
export class Services {
  readonly api: Api;
  readonly line: Socket;
  readonly people: PeopleStore;
  readonly chat: ChatStore;
  readonly calls: CallsStore;
  readonly callHistory: CallHistory;
  readonly toasts = new Toasts();
  /** Why messages cannot be stored at present, for all to see. */
  readonly trouble: ReadonlySignal<string | null>;
  readonly me: ReadonlySignal<Me>;
  readonly site: ReadonlySignal<Site | null>;
  readonly #me = signal<Me>({
    id: "",
    name: "",
    email: "",
    role: "member",
    picture: null,
    presence: null,
    change: 0,
  });
  readonly #site = signal<Site | null>(null);
  readonly #trouble = signal<string | null>(null);
  readonly #scope = new Scope();
  readonly #outbox: Outbox;

  constructor({ api, me, onSignedOut, openChat }: Given) {
    this.api = api;
    this.#me.value = me;
    this.me = this.#me;
    this.site = this.#site;
    this.trouble = this.#trouble;
    this.line = new Socket({
      page: uuidv7(Date.now()),
      onEvent: (e) => this.#apply(e),
      onSignedOut,
      onRefused: () => {
        /* Whether it is the session, a call tells; it also ends what has ended. */
        api.meGet().catch(() => {});
      },
    });
    this.people = new PeopleStore(api, this.line);
    this.#outbox = new Outbox(me.id);
    this.chat = new ChatStore({
      api,
      line: this.line,
      outbox: this.#outbox,
      learn: (people) => this.people.learn(people),
    });
    this.calls = new CallsStore({
      api,
      line: this.line,
      people: this.people,
      toasts: this.toasts,
      openChat,
      placeOf: (id) => {
        const at = this.chat.channel(id);
        if (!at) return null;
        const { id: user, role } = this.#me.value;
        return {
          title: titleOf(at, user),
          group: at.kind !== "direct",
          rules: at.role === "moderator" || role === "admin" || role === "owner",
        };
      },
    });
    this.callHistory = new CallHistory(api, (person) => this.people.learn(person));
  }

  async start(): Promise<void> {
    this.line.start();
    this.#scope.add(() => this.line.stop());
    this.#scope.add(() => this.chat.end());
    this.calls.run(this.#scope);
    watchActivity(this.#scope, this.line);
    this.#scope.listen("pagehide", () => this.chat.flush());
    this.#scope.add(this.people.watch(this.#me.value.id));
    await this.#outbox.start();
    this.#scope.add(() => this.#outbox.stop());
    new Sender({
      api: this.api,
      outbox: this.#outbox,
      online: computed(() => this.line.state.value === "online"),
      onSent: (row) => this.chat.sent(row),
      onTrouble: (text) => {
        this.#trouble.value = text;
      },
    }).start(this.#scope);
  }

  async rename(name: string): Promise<void> {
    this.#me.value = await this.api.meEdit({ name });
  }

  setPresence(state: Me["presence"]): void {
    this.api.presenceSet({ state }).then(
      (me) => {
        this.#me.value = me;
      },
      () => this.toasts.show({ text: "Your status could not be set. Try again.", kind: "error" }),
    );
  }

  /** What this person leaves in the browser goes with the sign-out. */
  wipe(): Promise<void> {
    forgetDrafts(this.#me.value.id);
    return this.#outbox.wipe();
  }

  end(): void {
    this.#scope.end();
  }

  #apply(e: ServerEvent): void {
    if (e.type === "me") this.#me.value = e.me;
    if (e.type === "gap") {
      this.#me.value = e.state.me;
      this.#site.value = e.state.site;
    }
    this.people.apply(e);
    this.chat.apply(e);
    this.calls.apply(e);
    this.callHistory.apply(e);
    /* A new socket knows neither whom one watches nor whether one is here. */
    if (e.type === "gap" || e.type === "resumed") queueMicrotask(() => this.people.rewatch());
  }
}
