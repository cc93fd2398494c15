import { type ReadonlySignal, signal } from "@preact/signals";
import type { Devices } from "./devices";

/* No part of the first load: the call layer fetches it before anybody calls. */
const loadWishes = () => import("./wishes");

type Kind = "audio" | "video";

/** The person's own microphone and camera.  A call goes on without either. */
export class Media {
  readonly #devices: Devices;
  readonly #onTrack: (kind: Kind, track: MediaStreamTrack | null) => void;
  readonly #mic = signal(false);
  readonly #camera = signal(false);
  readonly #audio = signal<MediaStreamTrack | null>(null);
  readonly #video = signal<MediaStreamTrack | null>(null);
  readonly #notice = signal<string | null>(null);
  /** Rises when everything is let go: what the browser gives afterwards is let go at once. */
  #round = 0;
  /** Why the last question to the browser failed. */
  #trouble: unknown = null;

  readonly mic: ReadonlySignal<boolean> = this.#mic;
  readonly camera: ReadonlySignal<boolean> = this.#camera;
  readonly audio: ReadonlySignal<MediaStreamTrack | null> = this.#audio;
  readonly video: ReadonlySignal<MediaStreamTrack | null> = this.#video;
  readonly notice: ReadonlySignal<string | null> = this.#notice;

  constructor(devices: Devices, onTrack: (kind: Kind, track: MediaStreamTrack | null) => void) {
    this.#devices = devices;
    this.#onTrack = onTrack;
  }

  /** Asks for both at once, so that the person is asked once; then for each alone. */
  async open(video: boolean): Promise<void> {
    this.#notice.value = null;
    this.#mic.value = true;
    this.#camera.value = video;
    const round = this.#round;
    if (video) {
      const both = await this.#get(["audio", "video"], round);
      if (both) return;
    }
    if (this.#round === round) await this.#acquire("audio");
    if (this.#round === round && video) await this.#acquire("video");
  }

  async setMic(on: boolean): Promise<void> {
    this.#mic.value = on;
    const track = this.#audio.value;
    if (track) track.enabled = on;
    else if (on) await this.#acquire("audio");
  }

  /** Lets the microphone go; muting keeps it, so that it comes back at once. */
  stopMic(): void {
    this.#mic.value = false;
    this.#put("audio", null);
  }

  /** Off stops the track, so that the camera's light goes off too. */
  async setCamera(on: boolean): Promise<void> {
    this.#camera.value = on;
    if (on && !this.#video.value) await this.#acquire("video");
    else if (!on) this.#put("video", null);
  }

  /** Takes the newly chosen device, if one of this kind is in use. */
  async change(kind: Kind): Promise<void> {
    if (kind === "video" ? this.#camera.value : this.#audio.value) {
      this.#put(kind, null);
      await this.#acquire(kind);
    }
  }

  dismissNotice(): void {
    this.#notice.value = null;
  }

  close(): void {
    this.#round += 1;
    this.#put("audio", null);
    this.#put("video", null);
    this.#mic.value = false;
    this.#camera.value = false;
    this.#notice.value = null;
  }

  async #acquire(kind: Kind): Promise<void> {
    const round = this.#round;
    const got = await this.#get([kind], round);
    if (got || this.#round !== round) return;
    this.#say(await this.#troubleText(kind));
    (kind === "audio" ? this.#mic : this.#camera).value = false;
  }

  /** Both devices may be missing: then both are told. */
  #say(text: string): void {
    const before = this.#notice.value ?? "";
    if (!before.includes(text)) this.#notice.value = `${before} ${text}`.trim();
  }

  async #troubleText(kind: Kind): Promise<string> {
    const part = await loadWishes().catch(() => null);
    return part?.troubleText(kind, this.#trouble) ?? "This part could not be loaded. Try again.";
  }

  async #get(kinds: readonly Kind[], round: number): Promise<boolean> {
    try {
      const { micWish, cameraWish } = await loadWishes();
      if (this.#round !== round) return false;
      const wish: MediaStreamConstraints = {};
      if (kinds.includes("audio")) wish.audio = micWish(this.#devices.current("mic"));
      if (kinds.includes("video")) wish.video = cameraWish(this.#devices.current("camera"));
      if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
      const stream = await navigator.mediaDevices.getUserMedia(wish);
      for (const track of stream.getTracks()) this.#take(track, round);
      void this.#devices.refresh();
      return true;
    } catch (e) {
      this.#trouble = e;
      return false;
    }
  }

  #take(track: MediaStreamTrack, round: number): void {
    const kind: Kind = track.kind === "audio" ? "audio" : "video";
    if (this.#round !== round || (kind === "video" && !this.#camera.value)) {
      track.stop();
      return;
    }
    if (kind === "audio") track.enabled = this.#mic.value;
    track.onended = () => this.#lost(kind);
    this.#put(kind, track);
  }

  /** Unplugged, or taken back by the browser: another one may do. */
  #lost(kind: Kind): void {
    this.#put(kind, null);
    void this.#acquire(kind);
  }

  #put(kind: Kind, track: MediaStreamTrack | null): void {
    const place = kind === "audio" ? this.#audio : this.#video;
    const old = place.value;
    if (old === track) return;
    place.value = track;
    this.#onTrack(kind, track);
    if (old) {
      old.onended = null;
      old.stop();
    }
  }
}
