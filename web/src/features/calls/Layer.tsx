import type { ComponentChildren } from "preact";
import { MiniCall } from "./MiniCall";
import { MeetingStage } from "./meeting/MeetingStage";
import { Rings } from "./Rings";
import { Stage } from "./Stage";
import type { CallsStore } from "./store";
import { Voice } from "./Voice";

export interface LayerProps {
  readonly calls: CallsStore;
  /** A conversation, for beside the stage. */
  readonly thread: (channel: string) => ComponentChildren;
}

/** Rings, the stage or the small call, and the voice. */
export function Layer({ calls, thread }: LayerProps) {
  const inCall = calls.held.value.phase !== "idle";
  return (
    <>
      {inCall && <Voice calls={calls} />}
      {inCall && (calls.mini.value ? <MiniCall calls={calls} /> : <Large {...{ calls, thread }} />)}
      <Rings calls={calls} />
    </>
  );
}

/** A call of two has a stage of its own as long as nobody shares a screen. */
function Large({ calls, thread }: LayerProps) {
  const { group, phase } = calls.held.value;
  const meeting = calls.meeting.value;
  const shares = meeting?.legs.value.some((l) => l.screen) ?? false;
  return meeting && phase !== "dropped" && (group || shares) ? (
    <MeetingStage calls={calls} meeting={meeting} thread={thread} />
  ) : (
    <Stage calls={calls} />
  );
}
