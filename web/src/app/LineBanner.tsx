import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { LineState } from "../api/socket";
import { Banner } from "../ui/banner/Banner";

/** A short break is nobody's business. */
const LATE_MS = 2000;

/** Says that there is no line, once that has lasted. */
export function LineBanner({ state }: { readonly state: ReadonlySignal<LineState> }) {
  const [late, setLate] = useState(false);
  const online = state.value === "online";
  useEffect(() => {
    if (online) {
      setLate(false);
      return;
    }
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, [online]);

  if (online || !late) return null;
  return (
    <Banner kind="warning">
      {navigator.onLine
        ? "The server cannot be reached; trying again. Messages will be sent when you are connected."
        : "You are offline. Messages will be sent when you are connected."}
    </Banner>
  );
}
