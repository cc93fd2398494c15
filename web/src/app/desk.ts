import { computed, type ReadonlySignal } from "@preact/signals";
import { errorText } from "../api/errors";
import type { Channel } from "../api/gen";
import { callCommands } from "../features/calls";
import { chatRows, teamRows } from "../features/channels";
import { otherOf } from "../features/chat";
import { mediaSignal } from "../lib/media";
import type { Command } from "./commands";
import { type Area, type Place, placeOf } from "./places";
import type { Router } from "./router";
import type { Services } from "./services";

/* Where the list fills the window, an app is entered by its list. */
const onePane = mediaSignal("(width < 40rem)");

/* A guest sees one conversation and finds nobody. */
const NOT_FOR_GUESTS: readonly string[] = ["new-chat", "teams", "calls", "search"];

interface Shown {
  readonly newChat: () => void;
  readonly shortcuts: () => void;
}

/** What one does at the workplace, for buttons and keys alike: going to chats and people. */
export class Desk {
  readonly #services: Services;
  readonly #router: Router;

  /** What was open last under each app. */
  readonly #last = new Map<Area, string>();

  /** What the tab's title says while it rings. */
  readonly ring: ReadonlySignal<string | null>;

  constructor(services: Services, router: Router) {
    this.#services = services;
    this.#router = router;
    this.ring = computed(() => {
      const [first] = services.calls.rings.value;
      return first ? `${services.people.nameOf(first.caller)} is calling` : null;
    });
  }

  see({ area, id }: Place): void {
    if (id !== undefined) this.#last.set(area, id);
  }

  /** Where the rail leads: to what was open there last, while it is there. */
  hrefOf(area: Area): string {
    const id = onePane.value ? undefined : this.#last.get(area);
    const gone = area !== "calls" && id !== undefined && !this.#services.chat.channel(id);
    return id === undefined || gone ? `/${area}` : `/${area}/${id}`;
  }

  openChannel(channel: Channel): void {
    const teams = channel.kind === "standard" && !this.#guest;
    this.#router.go(`/${teams ? "teams" : "chat"}/${channel.id}`);
  }

  openId(id: string): void {
    const channel = this.#services.chat.channel(id);
    if (channel) this.openChannel(channel);
  }

  goList(area: "chat" | "teams"): void {
    this.#router.go(`/${area}`);
  }

  /** The direct chat with somebody, begun when there is none yet. */
  async chatWith(user: string): Promise<Channel | null> {
    try {
      const chat = this.#services.chat;
      const channel = chat.directWith(user) ?? (await chat.start([user], ""));
      this.openChannel(channel);
      return channel;
    } catch (e) {
      this.#services.toasts.show({ text: errorText(e), kind: "error" });
      return null;
    }
  }

  commands({ newChat, shortcuts }: Shown): readonly Command[] {
    const go = (area: Area) => () => this.#router.go(this.hrefOf(area));
    const all: readonly Command[] = [
      { id: "new-chat", label: "New chat", group: "Chat", key: "Alt+N", run: newChat },
      {
        id: "composer",
        label: "Go to the message box",
        group: "Chat",
        key: "Alt+Shift+C",
        run: () => document.getElementById("composer")?.focus(),
      },
      {
        id: "up",
        label: "Chat above",
        group: "Chat",
        key: "Alt+ArrowUp",
        run: () => this.#step(-1),
      },
      {
        id: "down",
        label: "Chat below",
        group: "Chat",
        key: "Alt+ArrowDown",
        run: () => this.#step(1),
      },
      { id: "chat", label: "Go to Chat", group: "Going", key: "Ctrl+Shift+1", run: go("chat") },
      { id: "teams", label: "Go to Teams", group: "Going", key: "Ctrl+Shift+2", run: go("teams") },
      { id: "calls", label: "Go to Calls", group: "Going", key: "Ctrl+Shift+3", run: go("calls") },
      { id: "settings", label: "Settings", group: "Going", key: "Ctrl+,", run: go("settings") },
      {
        id: "search",
        label: "Find people and chats",
        group: "Going",
        key: "Ctrl+Alt+E",
        run: () => document.querySelector<HTMLInputElement>("search input")?.focus(),
      },
      { id: "keys", label: "Keyboard shortcuts", group: "Going", key: "Ctrl+.", run: shortcuts },
      ...callCommands(this.#services.calls, () => this.#here()),
    ];
    return this.#guest ? all.filter((c) => !NOT_FOR_GUESTS.includes(c.id)) : all;
  }

  get #guest(): boolean {
    return this.#services.me.value.role === "guest";
  }

  /** The direct chat that is open. */
  #here(): { channel: string; peer: string } | null {
    const { id } = placeOf(this.#router.path.value);
    const channel = id === undefined ? undefined : this.#services.chat.channel(id);
    const peer = channel && otherOf(channel, this.#services.me.value.id);
    return channel && peer ? { channel: channel.id, peer: peer.id } : null;
  }

  /** To the conversation above or below in the list that is shown. */
  #step(by: 1 | -1): void {
    const { chat } = this.#services;
    const { area, id } = placeOf(this.#router.path.value);
    const rows =
      area === "teams"
        ? chat.teams.value.flatMap((t) => teamRows(chat.channels.value, t.id))
        : chatRows(chat.channels.value, chat.me.value, {
            unread: false,
            text: "",
            all: this.#guest,
          });
    const at = rows.findIndex((c) => c.id === id);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next) this.openChannel(next);
  }
}
