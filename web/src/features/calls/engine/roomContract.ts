/* The parts of the contract that rooms of many speak, by names of their own. */
import type {
  ClientCallConnect,
  ClientCallEnd,
  ClientCallMedia,
  ClientCallMute,
  ClientCallReact,
  ClientCallRemove,
  ClientCallView,
  ServerCallMediaState,
  ServerCallMuted,
  ServerCallPublish,
  ServerCallReaction,
  ServerCallSlots,
  ServerCallSpeakers,
  ServerEvent,
} from "../../../api/gen";

/** One tile of a page: whose picture comes by which pair of receivers, and how high it is drawn. */
export type Seen = ClientCallView["slots"][number];
export type Source = Seen["source"];
export type Layer = ServerCallPublish["layers"][number];
export type Reaction = ClientCallReact["reaction"];
export type AudioSlot = ServerCallSlots["audio"][number];
export type VideoSlot = ServerCallSlots["video"][number];

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Told =
  | ServerCallSlots
  | ServerCallSpeakers
  | ServerCallPublish
  | ServerCallReaction
  | ServerCallMuted
  | ServerCallMediaState;

/** What comes in, wherever it stands in the stream. */
export type RoomEvent = Without<Told, "pos">;

const TOLD: Readonly<Record<Told["type"], true>> = {
  "call.slots": true,
  "call.speakers": true,
  "call.publish": true,
  "call.reaction": true,
  "call.muted": true,
  "call.media_state": true,
};

export const isOfRoom = (e: ServerEvent): e is Told => e.type in TOLD;

export type RoomRequest = Without<
  | ClientCallConnect
  | ClientCallView
  | ClientCallMedia
  | ClientCallReact
  | ClientCallMute
  | ClientCallRemove
  | ClientCallEnd,
  "ref"
>;
