import type { Api } from "../../api/gen";
import type { Socket } from "../../api/socket";
import type { Toasts } from "../../ui/toast/toasts";
import type { Devices } from "./engine/devices";
import type { Engine } from "./engine/engine";
import type { Sounds } from "./engine/sounds";

/** What calls need to know of a conversation. */
export interface Place {
  readonly title: string;
  /** Not a chat of two. */
  readonly group: boolean;
  /** May mute and remove others, and end the meeting. */
  readonly rules: boolean;
}

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
  readonly placeOf: (channel: string) => Place | null;
  /** Given by tests only. */
  readonly devices?: Devices;
  readonly engine?: Engine;
  readonly sounds?: Pick<Sounds, keyof Sounds>;
}
