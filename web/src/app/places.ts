import { match } from "./router";

export type Area = "chat" | "teams" | "calls" | "settings" | "admin" | "nowhere";

/** Where in the page an address leads. */
export interface Place {
  readonly area: Area;
  /** The conversation or the call that is open. */
  readonly id: string | undefined;
}

const AREAS: readonly Area[] = ["chat", "teams", "calls", "settings", "admin"];

export function placeOf(path: string): Place {
  for (const area of AREAS) {
    const id = match(`/${area}/:id`, path)?.id;
    if (id !== undefined || match(`/${area}`, path)) return { area, id };
  }
  return { area: path === "/" ? "chat" : "nowhere", id: undefined };
}
