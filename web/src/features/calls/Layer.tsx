import { MiniCall } from "./MiniCall";
import { Rings } from "./Rings";
import { Stage } from "./Stage";
import type { CallsStore } from "./store";
import { Voice } from "./Voice";

/** Rings, the stage or the small call, and the voice. */
export function Layer({ calls }: { readonly calls: CallsStore }) {
  const inCall = calls.held.value.phase !== "idle";
  return (
    <>
      {inCall && <Voice calls={calls} />}
      {inCall && (calls.mini.value ? <MiniCall calls={calls} /> : <Stage calls={calls} />)}
      <Rings calls={calls} />
    </>
  );
}
