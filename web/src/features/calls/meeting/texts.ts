import type { Reaction } from "../engine/roomContract";

/** In the order in which they are offered. */
export const REACTIONS: readonly (readonly [Reaction, string, string])[] = [
  ["like", "👍", "Like"],
  ["heart", "❤️", "Heart"],
  ["applause", "👏", "Applause"],
  ["laugh", "😂", "Laugh"],
  ["surprised", "😮", "Surprised"],
];

export const glyphOf = (reaction: Reaction): string =>
  REACTIONS.find(([r]) => r === reaction)?.[1] ?? "";

export const nameOf = (reaction: Reaction): string =>
  REACTIONS.find(([r]) => r === reaction)?.[2] ?? "";
