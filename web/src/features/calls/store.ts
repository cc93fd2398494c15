import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError, errorText } from "../../api/errors";
import type { Call, ServerDone, ServerEvent } from "../../api/gen";
import type { Request } from "../../api/socket";
import type { Scope } from "../../lib/scope";
import {
  type Book,
  bookOf,
  callIn,
  elsewhereOf,
  hadCamera,
  hasGuest,
  peerOf,
  ringsFor,
  straysOf,
  wholeOf,
  withCall,
} from "./book";
import { type DeviceKind, Devices } from "./engine/devices";
import { CallEngine, type Engine } from "./engine/engine";
import {
  type Effect,
  type Ended,
  type Happening,
  type Held,
  IDLE,
  inRoom,
  mayBegin,
  step,
} from "./engine/machine";
import type { Signal } from "./engine/negotiation";
import { isOfRoom, type RoomEvent } from "./engine/roomContract";
import type { Sounds } from "./engine/sounds";
import { Tones } from "./engine/tones";
import { MediaTold } from "./mediaTold";
import { meet } from "./meeting/meet";
import type { Meeting } from "./meeting/meeting";
import type { CallsParts } from "./parts";

/** The call this page holds, what rings, and what another page holds. */
export class CallsStore {
  readonly #parts: CallsParts;
  readonly #book = signal<Book>(new Map());
  readonly #me = signal("");
  readonly #held = signal<Held>(IDLE);
  readonly #hushed = signal<ReadonlySet<string>>(new Set());
  readonly #mini = signal(false);
  readonly #missed = signal(0);
  readonly #meeting = signal<Meeting | null>(null);
  readonly engine: Engine;
  readonly devices: Devices;
  readonly sounds: Pick<Sounds, keyof Sounds>;
  /** Rises with each beginning: an answer to an older one is not ours any more. */
  #attempt = 0;
  readonly #told: MediaTold;

  readonly held: ReadonlySignal<Held> = this.#held;
  readonly mini: ReadonlySignal<boolean> = this.#mini;
  readonly missed: ReadonlySignal<number> = this.#missed;
  readonly me: ReadonlySignal<string> = this.#me;
  /** Company and media beyond one's own; there soon after a call has begun. */
  readonly meeting: ReadonlySignal<Meeting | null> = this.#meeting;
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
    this.sounds = parts.sounds ?? new Tones();
    this.#told = new MediaTold(this.engine.media, parts.line);
    this.engine.listen({
      send: (to, s) => this.#signal(to, s),
      onLink: (up) => {
        /* The way between two may end once the room is there. */
        if (!inRoom(this.#held.value.call)) this.#happen({ type: "link", up });
      },
    });
  }

  /** Tones and what is told of the own media follow the signals until the scope ends. */
  run(scope: Scope): void {
    this.devices.watch(scope);
    scope.add(effect(() => this.#sound()));
    scope.add(effect(() => this.#told.tell(this.#held.value)));
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
        this.#take(wholeOf(this.#book.value, e.call));
        return;
      case "call.signal":
        if (this.#mine(e.call)) this.engine.hear(e.from, e.signal as Signal);
        return;
      case "missed_calls":
        this.#missed.value = e.count;
        return;
      default:
        if (isOfRoom(e)) this.#hear(e);
    }
  }

  name(user: string | null): string {
    return user === null ? "…" : this.#parts.people.nameOf(user);
  }

  picture(user: string | null): string | null {
    return user === null ? null : this.#parts.people.pictureOf(user);
  }

  /** The other person's name, or the meeting's. */
  titleOf(call: Pick<Held, "channel" | "peer">): string {
    const place = this.#parts.placeOf(call.channel);
    return place?.group ? place.title : this.name(call.peer);
  }

  /** The call of that conversation, whether I am in it or not. */
  in(channel: string): Call | undefined {
    return callIn(this.#book.value, channel);
  }

  /** May I mute and remove others, and end the call for all? */
  get rules(): boolean {
    const { call, channel } = this.#held.value;
    return call?.caller === this.#me.value || this.#parts.placeOf(channel)?.rules === true;
  }

  peerOf(call: Call): string | null {
    return this.#isGroup(call.channel) ? null : peerOf(call, this.#me.value);
  }

  async start(channel: string, video: boolean, peer: string | null = null): Promise<void> {
    if (!mayBegin(this.#held.value)) {
      this.show();
      if (this.#held.value.channel === channel) return;
      this.hangup();
    }
    const there = this.elsewhere.value;
    const running = this.#isGroup(channel) ? this.in(channel) : undefined;
    const mine = there?.lost && there.call.channel === channel ? there.call : running;
    if (mine) {
      await this.#join(mine.id, video);
      return;
    }
    const group = this.#isGroup(channel);
    const attempt = this.#next({ type: "start", channel, peer, video, group });
    const message = { type: "call.start", channel, video, mic: true, camera: video } as const;
    await this.#ask(message, attempt, channel);
  }

  /** Answers; the call that this page holds, if any, ends first. */
  accept(id: string, video: boolean): Promise<void> {
    return this.#join(id, video);
  }

  /** With the camera as it was. */
  rejoin(id: string): Promise<void> {
    return this.#join(id, hadCamera(this.#book.value.get(id), this.#me.value));
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
    const { line } = this.#parts;
    try {
      await line.ask({ type: "call.join", call: id, mic: false, camera: false });
      line.tell({ type: "call.leave", call: id });
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

  async #join(id: string, video: boolean): Promise<void> {
    const call = this.#book.value.get(id);
    if (!call) return;
    if (!mayBegin(this.#held.value)) this.hangup();
    this.#hush(id);
    const group = this.#isGroup(call.channel);
    const attempt = this.#next({ type: "answer", call, peer: this.peerOf(call), video, group });
    const message = { type: "call.join", call: id, mic: true, camera: video } as const;
    await this.#ask(message, attempt, call.channel);
  }

  async #ask(message: Request, attempt: number, channel: string): Promise<void> {
    try {
      this.#got(attempt, await this.#parts.line.ask(message));
    } catch (e) {
      this.#refused(attempt, e, channel);
    }
  }

  #next(e: Happening): number {
    this.#attempt += 1;
    this.#mini.value = false;
    this.#told.afresh();
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
    const there = this.in(channel);
    this.#parts.toasts.show(
      e instanceof ApiError && e.code === "conflict" && there
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
    this.#happen(now ? { type: "call", call: now } : { type: "gone" });
    this.#leaveStray();
    this.engine.restart();
  }

  /** Hung up while there was no line: the server still believes this page to be in the call. */
  #leaveStray(): void {
    const { line } = this.#parts;
    if (!mayBegin(this.#held.value)) return;
    for (const id of straysOf(this.#book.value, line.page))
      line.tell({ type: "call.leave", call: id });
  }

  #take(call: Call | undefined): void {
    if (!call) return;
    this.#book.value = withCall(this.#book.value, call);
    this.#happen({ type: "call", call });
  }

  #hear(e: RoomEvent): void {
    if (typeof e.call === "string" && this.#mine(e.call)) this.#meeting.value?.apply(e);
  }

  #mine(call: string): boolean {
    const held = this.#held.value;
    return !mayBegin(held) && (held.call === null || held.call.id === call);
  }

  #hush(id: string): void {
    this.#hushed.value = new Set([...this.#hushed.value, id]);
  }

  #isGroup(channel: string): boolean {
    return this.#parts.placeOf(channel)?.group ?? false;
  }

  #happen(e: Happening): void {
    const [next, effects] = step(this.#held.value, e);
    this.#held.value = next;
    for (const x of effects) this.#do(x);
    if (this.#meeting.value === null && !mayBegin(next)) void this.#meet(this.#attempt);
  }

  async #meet(attempt: number): Promise<void> {
    const make = await meet({
      ...this.#parts,
      engine: this.engine,
      held: this.held,
      name: (user) => this.name(user),
      onLink: (up) => this.#happen({ type: "link", up }),
    });
    if (!make || this.#meeting.value || attempt !== this.#attempt) return;
    if (!mayBegin(this.#held.value)) this.#meeting.value = make();
  }

  #do(x: Effect): void {
    switch (x.do) {
      case "open":
        void this.engine.open(x.video);
        return;
      case "connect":
        void this.engine.connect(x.to, x.polite, hasGuest(x.call, this.#parts.people));
        return;
      case "leave":
        this.#parts.line.tell({ type: "call.leave", call: x.call });
        return;
      case "part":
        this.engine.part();
        return;
      case "close":
        this.#meeting.value?.close();
        this.#meeting.value = null;
        this.engine.close();
        return;
      case "ended":
        this.#ended(x.held, x.why);
        return;
    }
  }

  async #tellEnd(held: Held, why: Ended, now: number): Promise<void> {
    const part = await import("./texts").catch(() => null);
    const text = part?.endText(held, why, this.titleOf(held), now) ?? null;
    if (text !== null) this.#parts.toasts.show({ text });
  }

  #ended(held: Held, why: Ended): void {
    if (this.#held.value.phase === "dropped") return;
    void this.#tellEnd(held, why, Date.now());
    if (!this.#mini.value && held.channel !== "") this.#parts.openChat(held.channel);
  }

  #signal(to: string, s: Signal): void {
    const { call } = this.#held.value;
    if (call) this.#parts.line.tell({ type: "call.signal", call: call.id, to, signal: s });
  }

  #sound(): void {
    if (this.#held.value.phase === "outgoing") this.sounds.ringBack();
    else if (mayBegin(this.#held.value) && this.rings.value.length > 0) this.sounds.ring();
    else this.sounds.stop();
  }
}
