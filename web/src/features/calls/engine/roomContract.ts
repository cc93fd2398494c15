/* What the server and a page say to each other of calls with many legs, until the contract has it. */
import type { Call, Leg } from "../../../api/gen";

export type Source = "camera" | "screen";
export type Layer = "l" | "m" | "h";
export type Reaction = "like" | "heart" | "applause" | "laugh" | "surprised";

export interface RoomLeg extends Leg {
  /** In this call, never used again in it: the server writes it as CSRC. */
  readonly number: number;
  readonly screen: boolean;
  /** When it was raised (milliseconds since 1970). */
  readonly hand: number | null;
}

export interface RoomCall extends Omit<Call, "legs"> {
  readonly kind: "pair" | "room";
  readonly legs: readonly RoomLeg[];
}

/** One tile of a page: whose picture comes by which pair of receivers, and how high it is drawn. */
export interface Seen {
  readonly slot: number;
  readonly leg: string;
  readonly source: Source;
  readonly height: number;
}

export interface AudioSlot {
  readonly slot: number;
  readonly leg: string;
  readonly source: "mic" | "screen_audio";
}

export interface VideoSlot extends Seen {
  readonly state: "live" | "waiting" | "paused" | "off";
}

interface Of {
  readonly call: string;
}

export type RoomEvent =
  | (Of & {
      readonly type: "call.slots";
      readonly audio: readonly AudioSlot[];
      readonly video: readonly VideoSlot[];
    })
  | (Of & {
      readonly type: "call.speakers";
      readonly speakers: readonly { readonly leg: string; readonly level: number }[];
      readonly dominant: string | null;
    })
  | (Of & {
      readonly type: "call.publish";
      readonly layers: readonly Layer[];
      readonly screen: boolean;
    })
  | (Of & { readonly type: "call.reaction"; readonly leg: string; readonly reaction: Reaction })
  | (Of & { readonly type: "call.muted"; readonly by: string })
  | (Of & { readonly type: "call.media_state"; readonly state: "connected" | "lost" });

export type RoomRequest =
  | (Of & { readonly type: "call.connect"; readonly sdp: string })
  | (Of & { readonly type: "call.view"; readonly slots: readonly Seen[] })
  | (Of & {
      readonly type: "call.media";
      readonly mic: boolean;
      readonly camera: boolean;
      readonly screen?: boolean;
      readonly hand?: boolean;
    })
  | (Of & { readonly type: "call.react"; readonly reaction: Reaction })
  | (Of & { readonly type: "call.mute"; readonly leg: string | null })
  | (Of & { readonly type: "call.remove"; readonly leg: string })
  | (Of & { readonly type: "call.end" });

export const asRoom = (call: Call): RoomCall => call as unknown as RoomCall;
