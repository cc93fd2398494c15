/* The ring and the ring-back, made of sine waves: nothing to load, nothing of somebody else's. */

interface Note {
  readonly hz: number;
  readonly at: number;
  readonly s: number;
}

interface Melody {
  readonly notes: readonly Note[];
  readonly everyMs: number;
  readonly gain: number;
}

const RING: Melody = {
  everyMs: 2_400,
  gain: 0.16,
  notes: [
    { hz: 587.33, at: 0, s: 0.22 },
    { hz: 880, at: 0.18, s: 0.22 },
    { hz: 739.99, at: 0.36, s: 0.22 },
    { hz: 987.77, at: 0.54, s: 0.5 },
    { hz: 587.33, at: 1.0, s: 0.22 },
    { hz: 880, at: 1.18, s: 0.5 },
  ],
};

const RING_BACK: Melody = {
  everyMs: 3_000,
  gain: 0.07,
  notes: [
    { hz: 440, at: 0, s: 0.8 },
    { hz: 554.37, at: 0.05, s: 0.75 },
  ],
};

const TEST: Melody = {
  everyMs: 0,
  gain: 0.2,
  notes: [
    { hz: 523.25, at: 0, s: 0.3 },
    { hz: 659.25, at: 0.25, s: 0.3 },
    { hz: 783.99, at: 0.5, s: 0.6 },
  ],
};

const LOCK = "convene.ring";

function play(context: AudioContext, { notes, gain }: Melody): void {
  for (const { hz, at, s } of notes) {
    const from = context.currentTime + at;
    const wave = context.createOscillator();
    const volume = context.createGain();
    wave.frequency.value = hz;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(gain, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, from + s);
    wave.connect(volume).connect(context.destination);
    wave.start(from);
    wave.stop(from + s);
  }
}

/** A browser may refuse to make a sound before the person has touched the page: then it is silent. */
function repeat(melody: Melody): () => void {
  if (typeof AudioContext === "undefined") return () => {};
  const context = new AudioContext();
  play(context, melody);
  const timer = setInterval(() => play(context, melody), melody.everyMs);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** At most one tone at a time; the ring sounds in one tab of a browser only. */
export class Sounds {
  #stop: (() => void) | null = null;
  #now: "ring" | "back" | null = null;

  ring(): void {
    if (this.#now === "ring") return;
    this.stop();
    this.#now = "ring";
    this.#stop = this.#inOneTab(() => repeat(RING));
  }

  ringBack(): void {
    if (this.#now === "back") return;
    this.stop();
    this.#now = "back";
    this.#stop = repeat(RING_BACK);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
    this.#now = null;
  }

  /** Plays a short tune on a speaker; ends when it has been heard. */
  async test(speaker: string): Promise<void> {
    const context = new AudioContext();
    if (speaker !== "" && "setSinkId" in context)
      await (context as AudioContext & { setSinkId(id: string): Promise<void> })
        .setSinkId(speaker)
        .catch(() => undefined);
    play(context, TEST);
    await new Promise((heard) => setTimeout(heard, 1_300));
    await context.close();
  }

  #inOneTab(begin: () => () => void): () => void {
    if (!navigator.locks) return begin();
    const over = new AbortController();
    const ended = new Promise<void>((done) => {
      over.signal.addEventListener("abort", () => done());
    });
    navigator.locks
      .request(LOCK, { signal: over.signal }, async () => {
        const end = begin();
        await ended;
        end();
      })
      .catch(() => undefined);
    return () => over.abort();
  }
}
