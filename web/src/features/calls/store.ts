import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { errorText } from "../../api/errors";
import type { Api, Call, ServerDone, ServerEvent } from "../../api/gen";
import type { Socket } from "../../api/socket";
import type { Scope } from "../../lib/scope";
import type { Toasts } from "../../ui/toast/toasts";
import { type Book, bookOf, elsewhereOf, peerOf, ringsFor, withCall } from "./book";
import { type DeviceKind, Devices } from "./engine/devices";
import { CallEngine, type Engine } from "./engine/engine";
import { type Effect, type Happening, type Held, IDLE, mayBegin, step } from "./engine/machine";
import type { Signal } from "./engine/negotiation";
import { Sounds } from "./engine/sounds";
import { endText } from "./texts";

/** What this feature needs of the others. */
export interface CallsParts {
  readonly api: Pick<Api, "iceGet">;
  readonly line: Pick<Socket, "ask" | "tell" | "page" | "state">;
  readonly people: {
    nameOf(id: string): string;
    pictureOf(id: string): string | null;
    roleOf(id: string): string;
  };
  readonly toasts: Pick<Toasts, "show">;
  readonly openChat: (channel: string) => void;
  /** Given by tests only. */
  readonly devices?: Devices;
  readonly engine?: Engine;
  readonly sounds?: Pick<Sounds, keyof Sounds>;
}

const codeOf = (e: unknown): unknown =>
  typeof e === "object" && e !== null && "code" in e ? e.code : undefined;

/** The call this page holds, what rings, and what another page holds. */
export class CallsStore {
  readonly #parts: CallsParts;
  readonly #book = signal<Book>(new Map());
  readonly #me = signal("");
  readonly #held = signal<Held>(IDLE);
  readonly #hushed = signal<ReadonlySet<string>>(new Set());
  readonly #mini = signal(false);
  readonly #missed = signal(0);
  readonly #volume = signal(1);
  readonly engine: Engine;
  readonly devices: Devices;
  readonly sounds: Pick<Sounds, keyof Sounds>;
  /** Rises with each beginning: an answer to an older one is not ours any more. */
  #attempt = 0;
  #told = "";

  readonly held: ReadonlySignal<Held> = this.#held;
  readonly mini: ReadonlySignal<boolean> = this.#mini;
  readonly missed: ReadonlySignal<number> = this.#missed;
  readonly me: ReadonlySignal<string> = this.#me;
  /** Of the other person, 0..1. */
  readonly volume: ReadonlySignal<number> = this.#volume;
  readonly rings = computed(() =>
    ringsFor(this.#book.value, this.#me.value).filter((c) => !this.#hushed.value.has(c.id)),
  );
  /** No line to the server: media go on, but nothing can be said. */
  readonly cut = computed(() => this.#parts.line.state.value === "offline");
  readonly elsewhere = computed(() =>
    mayBegin(this.#held.value)
      ? elsewhereOf(this.#book.value, this.#me.value, this.#parts.line.page)
      : null,
  );

  constructor(parts: CallsParts) {
    this.#parts = parts;
    this.devices = parts.devices ?? new Devices();
    this.engine = parts.engine ?? new CallEngine(parts.api, this.devices);
    this.sounds = parts.sounds ?? new Sounds();
    this.engine.listen({
      send: (to, s) => this.#signal(to, s),
      onLink: (up) => this.#happen({ type: "link", up }),
    });
  }

  /** Tones and what is told of the own media follow the signals until the scope ends. */
  run(scope: Scope): void {
    this.devices.watch(scope);
    scope.add(effect(() => this.#sound()));
    scope.add(effect(() => this.#tellMedia()));
    scope.add(() => this.hangup());
  }

  apply(e: ServerEvent): void {
    switch (e.type) {
      case "gap":
        this.#begin(e.state.me.id, e.state.calls, e.state.missed_calls);
        return;
      case "resumed":
        this.#leaveStray();
        this.engine.restart();
        return;
      case "call":
        this.#take(e.call);
        return;
      case "call.signal":
        if (this.#mine(e.call)) this.engine.hear(e.from, e.signal as Signal);
        return;
      case "missed_calls":
        this.#missed.value = e.count;
        return;
    }
  }

  name(user: string | null): string {
    return user === null ? "…" : this.#parts.people.nameOf(user);
  }

  picture(user: string | null): string | null {
    return user === null ? null : this.#parts.people.pictureOf(user);
  }

  peerOf(call: Call): string | null {
    return peerOf(call, this.#me.value);
  }

  async start(channel: string, video: boolean, peer: string | null = null): Promise<void> {
    if (!mayBegin(this.#held.value)) {
      this.show();
      if (this.#held.value.channel === channel) return;
      this.hangup();
    }
    const there = this.elsewhere.value;
    if (there?.lost && there.call.channel === channel) {
      await this.#join(there.call.id, video);
      return;
    }
    const attempt = this.#next({ type: "start", channel, peer, video });
    const { ask } = this.#line();
    await ask({ type: "call.start", channel, video, mic: true, camera: video }).then(
      (done) => this.#got(attempt, done),
      (e: unknown) => this.#refused(attempt, e, channel),
    );
  }

  /** Answers; the call that this page holds, if any, ends first. */
  accept(id: string, video: boolean): Promise<void> {
    return this.#join(id, video);
  }

  /** With the camera as it was. */
  rejoin(id: string): Promise<void> {
    const legs = this.#book.value.get(id)?.legs ?? [];
    const mine = legs.findLast((l) => l.user === this.#me.value && l.state !== "left");
    return this.#join(id, mine?.camera ?? false);
  }

  decline(id: string): void {
    this.#hush(id);
    this.#parts.line.tell({ type: "call.decline", call: id });
  }

  hangup(): void {
    this.#happen({ type: "hangup" });
  }

  /** Only the page that holds a leg may leave: so it is taken over first. */
  async leaveElsewhere(id: string): Promise<void> {
    const { ask, tell } = this.#line();
    try {
      await ask({ type: "call.join", call: id, mic: false, camera: false });
      tell({ type: "call.leave", call: id });
    } catch (e) {
      this.#parts.toasts.show({ text: errorText(e), kind: "error" });
    }
  }

  /** After a drop: joins again while the call still runs, else calls anew. */
  async again(): Promise<void> {
    const { call, channel, peer, video } = this.#held.value;
    if (call && this.#book.value.has(call.id)) await this.#join(call.id, video);
    else await this.start(channel, video, peer);
  }

  dismiss(): void {
    this.#happen({ type: "dismiss" });
  }

  toggleMic(): void {
    void this.engine.media.setMic(!this.engine.media.mic.value);
  }

  toggleCamera(): void {
    void this.engine.media.setCamera(!this.engine.media.camera.value);
  }

  choose(kind: DeviceKind, id: string): void {
    this.devices.choose(kind, id);
    if (kind !== "speaker") void this.engine.media.change(kind === "mic" ? "audio" : "video");
  }

  setVolume(volume: number): void {
    this.#volume.value = volume;
  }

  /** Makes the stage small, and goes to the conversation. */
  toChat(): void {
    this.#mini.value = true;
    this.#parts.openChat(this.#held.value.channel);
  }

  replyTo(id: string): void {
    const call = this.#book.value.get(id);
    this.decline(id);
    if (call) this.#parts.openChat(call.channel);
  }

  show(): void {
    this.#mini.value = false;
  }

  #line() {
    const { line } = this.#parts;
    return {
      ask: (m: Parameters<typeof line.ask>[0]) => line.ask(m),
      tell: (m: Parameters<typeof line.tell>[0]) => line.tell(m),
    };
  }

  async #join(id: string, video: boolean): Promise<void> {
    const call = this.#book.value.get(id);
    if (!call) return;
    if (!mayBegin(this.#held.value)) this.hangup();
    this.#hush(id);
    const attempt = this.#next({ type: "answer", call, peer: this.peerOf(call), video });
    const { ask } = this.#line();
    await ask({ type: "call.join", call: id, mic: true, camera: video }).then(
      (done) => this.#got(attempt, done),
      (e: unknown) => this.#refused(attempt, e, call.channel),
    );
  }

  #next(e: Happening): number {
    this.#attempt += 1;
    this.#mini.value = false;
    this.#told = "";
    this.#happen(e);
    return this.#attempt;
  }

  #got(attempt: number, { call, leg }: ServerDone): void {
    if (!call || leg === undefined) return;
    this.#take(call);
    if (attempt !== this.#attempt || mayBegin(this.#held.value)) {
      if (this.#held.value.call?.id !== call.id)
        this.#parts.line.tell({ type: "call.leave", call: call.id });
      return;
    }
    const newest = this.#book.value.get(call.id) ?? call;
    this.#happen({ type: "held", call: newest, leg });
  }

  #refused(attempt: number, e: unknown, channel: string): void {
    if (attempt !== this.#attempt) return;
    this.#happen({ type: "refused" });
    const there = [...this.#book.value.values()].find((c) => c.channel === channel);
    this.#parts.toasts.show(
      codeOf(e) === "conflict" && there
        ? {
            text: "You are in this call on another page.",
            action: { label: "Move it here", run: () => void this.rejoin(there.id) },
          }
        : { text: errorText(e), kind: "error" },
    );
  }

  #begin(me: string, calls: readonly Call[], missed: number): void {
    this.#me.value = me;
    this.#missed.value = missed;
    this.#book.value = bookOf(calls);
    const { call } = this.#held.value;
    const now = call && calls.find((c) => c.id === call.id);
    if (now) this.#happen({ type: "call", call: now });
    else this.#happen({ type: "gone" });
    this.#leaveStray();
    this.engine.restart();
  }

  /** Hung up while there was no line: the server still believes this page to be in the call. */
  #leaveStray(): void {
    const { line } = this.#parts;
    if (!mayBegin(this.#held.value)) return;
    for (const { id, legs } of this.#book.value.values()) {
      const stray = legs.some((l) => l.page === line.page && l.state !== "left");
      if (stray) line.tell({ type: "call.leave", call: id });
    }
  }

  #take(call: Call): void {
    this.#book.value = withCall(this.#book.value, call);
    this.#happen({ type: "call", call });
  }

  #mine(call: string): boolean {
    const held = this.#held.value;
    return !mayBegin(held) && (held.call === null || held.call.id === call);
  }

  #hush(id: string): void {
    this.#hushed.value = new Set([...this.#hushed.value, id]);
  }

  #happen(e: Happening): void {
    const [next, effects] = step(this.#held.value, e);
    this.#held.value = next;
    for (const x of effects) this.#do(x);
  }

  #do(x: Effect): void {
    switch (x.do) {
      case "open":
        void this.engine.open(x.video);
        return;
      case "connect":
        void this.engine.connect(x.to, x.polite, this.#withGuest());
        return;
      case "leave":
        this.#parts.line.tell({ type: "call.leave", call: x.call });
        return;
      case "close":
        this.engine.close();
        return;
      case "ended":
        this.#ended(x.held, x.why);
        return;
    }
  }

  #ended(held: Held, why: Parameters<typeof endText>[1]): void {
    if (this.#held.value.phase === "dropped") return;
    const text = endText(held, why, this.name(held.peer), Date.now());
    if (text !== null) this.#parts.toasts.show({ text });
    if (!this.#mini.value && held.channel !== "") this.#parts.openChat(held.channel);
  }

  /** Whoever is not known may be one. */
  #withGuest(): boolean {
    const legs = this.#held.value.call?.legs ?? [];
    return legs.some((l) => this.#parts.people.roleOf(l.user) === "guest");
  }

  #signal(to: string, s: Signal): void {
    const { call } = this.#held.value;
    if (call) this.#parts.line.tell({ type: "call.signal", call: call.id, to, signal: s });
  }

  #sound(): void {
    const { phase } = this.#held.value;
    if (phase === "outgoing") this.sounds.ringBack();
    else if (mayBegin(this.#held.value) && this.rings.value.length > 0) this.sounds.ring();
    else this.sounds.stop();
  }

  #tellMedia(): void {
    const { call, leg } = this.#held.value;
    const [mic, camera] = [this.engine.media.mic.value, this.engine.media.camera.value];
    if (!call || leg === null || mayBegin(this.#held.value)) return;
    const now = `${leg} ${mic} ${camera}`;
    const theirs = call.legs.find((l) => l.id === leg);
    if (now === this.#told || !theirs) return;
    const first = this.#told === "";
    this.#told = now;
    if (first && theirs.mic === mic && theirs.camera === camera) return;
    this.#parts.line.tell({ type: "call.media", call: call.id, mic, camera });
  }
}
