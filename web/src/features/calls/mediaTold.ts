import type { Socket } from "../../api/socket";
import type { Engine } from "./engine/engine";
import { type Held, mayBegin } from "./engine/machine";

/** Tells the server whether the microphone and the camera are on, once for each change. */
export class MediaTold {
  readonly #media: Engine["media"];
  readonly #line: Pick<Socket, "tell">;
  #told = "";

  constructor(media: Engine["media"], line: Pick<Socket, "tell">) {
    this.#media = media;
    this.#line = line;
  }

  /** A call begins. */
  afresh(): void {
    this.#told = "";
  }

  tell(held: Held): void {
    const { call, leg } = held;
    const [mic, camera] = [this.#media.mic.value, this.#media.camera.value];
    if (!call || leg === null || mayBegin(held)) return;
    const now = `${leg} ${mic} ${camera}`;
    const theirs = call.legs.find((l) => l.id === leg);
    if (now === this.#told || !theirs) return;
    const first = this.#told === "";
    this.#told = now;
    if (first && theirs.mic === mic && theirs.camera === camera) return;
    this.#line.tell({ type: "call.media", call: call.id, mic, camera });
  }
}
