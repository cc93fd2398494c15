import type { CallsStore } from "./store";

/** The conversation that is shown beside the stage of its meeting. */
export function besideOf({ meeting, mini, held }: CallsStore): string | null {
  const open = meeting.value?.view.panel.value === "chat" && !mini.value;
  return open ? held.value.channel : null;
}
