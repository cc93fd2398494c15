import type { ReadonlySignal } from "@preact/signals";
import type { Engine } from "../engine/engine";
import { type Held, inRoom } from "../engine/machine";
import type { CallsParts } from "../parts";
import type { Meeting } from "./meeting";

interface Wanted extends Pick<CallsParts, "api" | "line" | "toasts"> {
  readonly engine: Engine;
  readonly held: ReadonlySignal<Held>;
  readonly name: (user: string) => string;
  readonly onLink: (up: boolean) => void;
}

/** No part of the first load: the call layer fetches it before anybody calls. */
export async function meet(wanted: Wanted): Promise<(() => Meeting) | null> {
  try {
    const part = await import("./meeting");
    return () =>
      new part.Meeting({
        ...wanted,
        onLink: (up) => inRoom(wanted.held.value.call) && wanted.onLink(up),
      });
  } catch {
    return null;
  }
}
