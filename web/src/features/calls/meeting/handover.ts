/* From the way between two to the server's room, and back: both are up for a while, and the sound
   goes over to the new one when its first packets are here, so that nobody hears a gap. */
import { type ReadonlySignal, signal } from "@preact/signals";

interface Options {
  /** Sound has come by the way between the two. */
  readonly pairSounds: () => boolean;
  readonly endPair: () => void;
  readonly endRoom: () => void;
}

/** The others may hear the old way a little longer than we do. */
const LINGER_MS = 2_000;
/** Whoever is muted sends no sound: then the new way is taken without. */
const SILENT_MS = 3_000;
const LOOK_MS = 50;

type Timer = ReturnType<typeof setTimeout> | undefined;

export class Handover {
  readonly #options: Options;
  readonly #from = signal<"pair" | "room" | null>(null);
  readonly #quiet = signal<"pair" | "room" | null>(null);
  #timer: Timer;
  #look: ReturnType<typeof setInterval> | undefined;

  /** Which of the two must not be heard, because the other one is. */
  readonly quiet: ReadonlySignal<"pair" | "room" | null> = this.#quiet;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The room is being entered. */
  toRoom(): void {
    this.#begin("pair");
  }

  /** The pair is being made again. */
  toPair(): void {
    this.#begin("room");
    this.#look = setInterval(() => {
      if (this.#options.pairSounds()) this.sounded("pair");
    }, LOOK_MS);
  }

  /** That way is there, though nothing may be heard by it yet. */
  up(way: "pair" | "room"): void {
    if (this.#from.value === null || this.#from.value === way || this.#quiet.value) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.sounded(way), SILENT_MS);
  }

  /** The first sound has come that way. */
  sounded(way: "pair" | "room"): void {
    const from = this.#from.value;
    if (from === null || from === way || this.#quiet.value) return;
    this.#stop();
    this.#quiet.value = from;
    this.#timer = setTimeout(() => this.#over(from), LINGER_MS);
  }

  close(): void {
    this.#stop();
    this.#from.value = null;
    this.#quiet.value = null;
  }

  #begin(from: "pair" | "room"): void {
    this.#stop();
    this.#quiet.value = null;
    this.#from.value = from;
  }

  #over(from: "pair" | "room"): void {
    this.close();
    if (from === "pair") this.#options.endPair();
    else this.#options.endRoom();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#look);
  }
}
