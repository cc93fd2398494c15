import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Api, Call, Leg } from "../../../api/gen";
import type { Socket } from "../../../api/socket";
import type { Toasts } from "../../../ui/toast/toasts";
import type { Engine } from "../engine/engine";
import type { Held } from "../engine/machine";
import { Room } from "../engine/room";
import type { Reaction, RoomEvent, RoomRequest, Source } from "../engine/roomContract";
import { Share } from "../engine/share";
import { keyOf, type Wish } from "../engine/slots";
import { Handover } from "./handover";
import { StageView } from "./stageView";

export interface MeetingParts {
  readonly engine: Engine;
  readonly api: Pick<Api, "iceGet">;
  readonly line: Pick<Socket, "ask" | "tell" | "state">;
  readonly held: ReadonlySignal<Held>;
  readonly name: (user: string) => string;
  readonly toasts: Pick<Toasts, "show">;
  readonly onLink: (up: boolean) => void;
}

/** What a tile shows of somebody. */
export interface Sight {
  readonly source: MediaStream | MediaStreamTrack;
  /** The line is too weak for a moving picture. */
  readonly paused: boolean;
}

export interface Reacted {
  readonly id: number;
  readonly leg: string;
  readonly reaction: Reaction;
}

const REACTION_MS = 3_500;
/** In larger meetings nobody wants to be told of everyone. */
const SMALL = 8;
const NOBODY: readonly Leg[] = [];

/** What a call has of media and of company beyond one's own microphone and camera. */
export class Meeting {
  readonly #parts: MeetingParts;
  readonly #room = signal<Room | null>(null);
  readonly #levels = signal<ReadonlyMap<string, number>>(new Map());
  readonly #dominant = signal<string | null>(null);
  readonly #reactions = signal<readonly Reacted[]>([]);
  readonly #volumes = signal<ReadonlyMap<string, number>>(new Map());
  readonly #handover: Handover;
  readonly #wishes = new Map<object, Wish>();
  readonly #undo: (() => void)[];
  #leaving = false;
  #known: ReadonlySet<string> | null = null;
  #next = 1;

  readonly share = new Share();
  readonly view: StageView;
  readonly room: ReadonlySignal<Room | null> = this.#room;
  /** Who speaks now, by leg. */
  readonly levels: ReadonlySignal<ReadonlyMap<string, number>> = this.#levels;
  readonly dominant: ReadonlySignal<string | null> = this.#dominant;
  readonly reactions: ReadonlySignal<readonly Reacted[]> = this.#reactions;
  /** Which of the two ways must not be heard. */
  readonly quiet: Handover["quiet"];
  /** Everybody who is in it, in the order of their coming; I am one of them. */
  readonly legs: ReadonlySignal<readonly Leg[]>;
  readonly others: ReadonlySignal<readonly Leg[]>;
  readonly mine: ReadonlySignal<Leg | undefined>;
  /** Whose hands are up, first come first. */
  readonly hands: ReadonlySignal<readonly Leg[]>;

  constructor(parts: MeetingParts) {
    this.#parts = parts;
    const { held, engine, line } = parts;
    this.#handover = new Handover({
      pairSounds: () => engine.way.value?.sounds() ?? false,
      endPair: () => engine.part(),
      endRoom: () => this.#endRoom(),
    });
    this.quiet = this.#handover.quiet;
    this.legs = computed(() => {
      const call = held.value.call as Call | null;
      return call?.legs.filter(isIn) ?? NOBODY;
    });
    this.mine = computed(() => this.legs.value.find((l) => l.id === held.value.leg));
    this.others = computed(() => this.legs.value.filter((l) => l.user !== this.mine.value?.user));
    this.hands = computed(() =>
      this.legs.value.filter((l) => l.hand != null).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0)),
    );
    this.view = new StageView(this);
    const { media } = engine;
    this.#undo = [
      () => this.view.close(),
      effect(() => this.#follow()),
      effect(() => this.#room.value?.replace("mic", media.audio.value)),
      effect(() => this.#room.value?.replace("camera", media.video.value)),
      effect(() => this.#room.value?.replace("screen", this.share.screen.value)),
      effect(() => this.#room.value?.replace("screenAudio", this.share.audio.value)),
      effect(() => engine.share(this.share.screen.value, this.share.audio.value)),
      effect(() => this.#tellShare(this.share.screen.value !== null)),
      effect(() => {
        if (line.state.value === "online") untracked(() => this.#room.value?.restart());
      }),
      effect(() => {
        if (engine.way.value?.since.value) this.#handover.up("pair");
      }),
    ];
  }

  apply(e: RoomEvent): void {
    switch (e.type) {
      case "call.slots":
        this.#room.value?.take(e);
        return;
      case "call.publish":
        this.#room.value?.publish(e);
        return;
      case "call.media_state":
        if (e.state === "lost") this.#room.value?.restart();
        return;
      case "call.speakers":
        this.#levels.value = new Map(e.speakers.map((s) => [s.leg, s.level]));
        this.#dominant.value = e.dominant;
        return;
      case "call.reaction":
        if (e.leg !== this.#parts.held.value.leg) this.#reacted(e.leg, e.reaction);
        return;
      case "call.muted":
        this.#muted(e.by);
        return;
    }
  }

  /** The picture of a leg, by whichever way it comes. */
  sight(leg: Leg, source: Source): Sight | null {
    const on = source === "camera" ? leg.camera : leg.screen;
    if (!on) return null;
    const picture = this.#room.value?.pictures.value.get(keyOf({ leg: leg.id, source }));
    if (picture) return { source: picture.track, paused: picture.state === "paused" };
    const { engine } = this.#parts;
    if (!engine.way.value || engine.to !== leg.id) return null;
    const stream = source === "camera" ? engine.remote.value : engine.remoteScreen.value;
    return stream && { source: stream, paused: false };
  }

  /** A tile shows this now, so large; null when it does no more. */
  watch(tile: object, wish: Wish | null): void {
    if (wish) this.#wishes.set(tile, wish);
    else this.#wishes.delete(tile);
    this.#room.peek()?.show([...this.#wishes.values()]);
  }

  volumeOf(user: string): number {
    return this.#volumes.value.get(user) ?? 1;
  }

  setVolume(user: string, volume: number): void {
    this.#volumes.value = new Map(this.#volumes.value).set(user, volume);
  }

  toggleHand(): void {
    this.#tellMedia({ hand: this.mine.value?.hand == null });
  }

  async toggleShare(): Promise<void> {
    if (this.share.screen.value) this.share.stop();
    else await this.share.start();
  }

  react(reaction: Reaction): void {
    const { leg } = this.#parts.held.value;
    if (leg !== null) this.#reacted(leg, reaction);
    this.#tell((call) => ({ type: "call.react", call, reaction }));
  }

  /** Null: all others. */
  mute(leg: string | null): void {
    this.#tell((call) => ({ type: "call.mute", call, leg }));
  }

  remove(leg: string): void {
    this.#tell((call) => ({ type: "call.remove", call, leg }));
  }

  endForAll(): void {
    this.#tell((call) => ({ type: "call.end", call }));
  }

  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#handover.close();
    this.#room.value?.close();
    this.#room.value = null;
    this.share.stop();
  }

  #follow(): void {
    const held = this.#parts.held.value;
    untracked(() => {
      const call = held.leg === null ? null : (held.call as Call | null);
      if (call?.kind === "room") this.#enter(call.id);
      else if (this.#room.value) this.#leave(held);
      this.#notice(held);
    });
  }

  #enter(call: string): void {
    if (this.#room.value && !this.#leaving) return;
    this.#leaving = false;
    if (this.#parts.engine.to !== null) this.#handover.toRoom();
    else this.#handover.close();
    if (this.#room.value) return;
    const { engine, line, api } = this.#parts;
    const { media } = engine;
    this.#room.value = new Room({
      first: engine.ice,
      ask: () => api.iceGet(),
      tracks: {
        mic: media.audio.value,
        camera: media.video.value,
        screen: this.share.screen.value,
        screenAudio: this.share.audio.value,
      },
      connect: async (sdp) => (await line.ask({ type: "call.connect", call, sdp })).sdp ?? "",
      view: (slots) => line.tell({ type: "call.view", call, slots }),
      numberOf: (id) => this.legs.value.find((l) => l.id === id)?.number,
      onLink: (up) => {
        this.#parts.onLink(up);
        if (up) this.#handover.up("room");
      },
      onSound: () => this.#handover.sounded("room"),
    });
    this.#room.value.show([...this.#wishes.values()]);
  }

  /** Two are left, or I am alone. */
  #leave(held: Held): void {
    if (held.other === null) {
      this.#handover.close();
      this.#endRoom();
    } else if (!this.#leaving) {
      this.#leaving = true;
      this.#handover.toPair();
    }
  }

  #endRoom(): void {
    this.#leaving = false;
    this.#room.value?.close();
    this.#room.value = null;
    this.#levels.value = new Map();
    this.#dominant.value = null;
  }

  /** Says who came and who went. */
  #notice(held: Held): void {
    if (!held.group || !held.call || held.leg === null) return;
    const now = new Set(this.others.value.map((l) => l.user));
    const before = this.#known;
    this.#known = now;
    if (!before || Math.max(before.size, now.size) >= SMALL) return;
    const tell = (users: Iterable<string>, what: string) => {
      for (const user of users)
        this.#parts.toasts.show({ text: `${this.#parts.name(user)} ${what}.` });
    };
    tell(
      [...now].filter((u) => !before.has(u)),
      "joined",
    );
    tell(
      [...before].filter((u) => !now.has(u)),
      "left",
    );
  }

  #muted(by: string): void {
    const { engine, toasts, name } = this.#parts;
    void engine.media.setMic(false);
    toasts.show({ text: `${name(by)} muted you.` });
  }

  #reacted(leg: string, reaction: Reaction): void {
    const id = this.#next++;
    this.#reactions.value = [...this.#reactions.value, { id, leg, reaction }];
    setTimeout(() => {
      this.#reactions.value = this.#reactions.value.filter((r) => r.id !== id);
    }, REACTION_MS);
  }

  #tellShare(screen: boolean): void {
    const told = this.mine.value?.screen ?? false;
    if (told !== screen) untracked(() => this.#tellMedia({ screen }));
  }

  #tellMedia(more: { readonly screen?: boolean; readonly hand?: boolean }): void {
    const { mic, camera } = this.#parts.engine.media;
    this.#tell((call) => ({
      type: "call.media",
      call,
      mic: mic.value,
      camera: camera.value,
      ...more,
    }));
  }

  #tell(message: (call: string) => RoomRequest): void {
    const { call } = this.#parts.held.value;
    if (call) this.#parts.line.tell(message(call.id));
  }
}

const isIn = (l: Leg): boolean => l.state === "joined" || l.state === "lost";
