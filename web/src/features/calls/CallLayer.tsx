import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { MiniCall } from "./MiniCall";
import { Rings } from "./Rings";
import type { Stage } from "./Stage";
import type { CallsStore } from "./store";
import { Voice } from "./Voice";

interface Props {
  readonly calls: CallsStore;
}

/* The stage is loaded when a call comes near; until it is there, the small call stands in. */
const stage = signal<typeof Stage | null>(null);
let loading = false;

function loadStage(): void {
  if (loading) return;
  loading = true;
  import("./Stage").then(
    (m) => {
      stage.value = m.Stage;
    },
    () => {
      loading = false;
    },
  );
}

/** What calls put above the page: rings, the stage or the small call, and the voice. */
export function CallLayer({ calls }: Props) {
  const inCall = calls.held.value.phase !== "idle";
  const near = inCall || calls.rings.value.length > 0;
  useEffect(() => {
    if (near) loadStage();
  }, [near]);
  const Large = calls.mini.value ? null : stage.value;
  return (
    <>
      {inCall && <Voice calls={calls} />}
      {inCall && (Large ? <Large calls={calls} /> : <MiniCall calls={calls} />)}
      <Rings calls={calls} />
    </>
  );
}
