import { type ReadonlySignal, signal } from "@preact/signals";

/** What of the screen the others see, and its sound where the browser gives it. */
export class Share {
  readonly #screen = signal<MediaStreamTrack | null>(null);
  readonly #audio = signal<MediaStreamTrack | null>(null);
  /** Rises with each beginning and end: what the browser gives late is let go at once. */
  #round = 0;

  readonly screen: ReadonlySignal<MediaStreamTrack | null> = this.#screen;
  readonly audio: ReadonlySignal<MediaStreamTrack | null> = this.#audio;

  /** Phones have none. */
  static get possible(): boolean {
    return typeof navigator.mediaDevices?.getDisplayMedia === "function";
  }

  /** False where the person chose nothing, or the browser refused. */
  async start(): Promise<boolean> {
    this.stop();
    const round = this.#round;
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: { ideal: 15, max: 30 } },
        audio: true,
      });
      const [screen] = stream.getVideoTracks();
      if (!screen || round !== this.#round) {
        for (const track of stream.getTracks()) track.stop();
        return false;
      }
      screen.contentHint = "detail";
      /* The browser has a button of its own that ends it. */
      screen.onended = () => this.stop();
      this.#screen.value = screen;
      this.#audio.value = stream.getAudioTracks()[0] ?? null;
      return true;
    } catch {
      return false;
    }
  }

  stop(): void {
    this.#round += 1;
    for (const place of [this.#screen, this.#audio]) {
      const track = place.value;
      place.value = null;
      if (!track) continue;
      track.onended = null;
      track.stop();
    }
  }
}
