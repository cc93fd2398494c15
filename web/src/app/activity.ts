import type { Socket } from "../api/socket";
import type { Scope } from "../lib/scope";

const IDLE_MS = 5 * 60_000;
const LOOK_MS = 10_000;

/**
 * Tells the server whether somebody is at the page: active while there is input, away after five
 * minutes without.  Told anew to every new socket.
 */
export function watchActivity(scope: Scope, line: Pick<Socket, "state" | "tell">): void {
  let lastInput = Date.now();
  let told: boolean | null = null;

  const look = () => {
    const active = Date.now() - lastInput < IDLE_MS;
    if (active === told || line.state.value !== "online") return;
    told = active;
    line.tell({ type: "activity", active });
  };
  const input = () => {
    lastInput = Date.now();
    if (told === false) look();
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "focus"] as const)
    scope.listen(kind, input);
  const timer = setInterval(look, LOOK_MS);
  scope.add(() => clearInterval(timer));
  scope.effect(() => {
    if (line.state.value === "online") look();
    else told = null;
  });
}
