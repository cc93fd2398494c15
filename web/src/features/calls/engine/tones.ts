import type { Sounds } from "./sounds";

/** The sounds of calls, fetched when the first is to be heard: no part of the first load. */
export class Tones implements Pick<Sounds, keyof Sounds> {
  #sounds: Promise<Sounds | null> | null = null;

  ring(): void {
    void this.#do((s) => s.ring());
  }

  ringBack(): void {
    void this.#do((s) => s.ringBack());
  }

  stop(): void {
    if (this.#sounds) void this.#do((s) => s.stop());
  }

  async test(speaker: string): Promise<void> {
    await this.#do((s) => s.test(speaker));
  }

  /** One after the other, so that a stop comes after what it stops. */
  async #do(what: (s: Sounds) => unknown): Promise<void> {
    this.#sounds ??= load();
    const sounds = await this.#sounds;
    if (sounds) await what(sounds);
    else this.#sounds = null;
  }
}

async function load(): Promise<Sounds | null> {
  try {
    const part = await import("./sounds");
    return new part.Sounds();
  } catch {
    return null;
  }
}
