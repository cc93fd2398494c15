import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { LineState } from "../api/socket";
import { Banner } from "../ui/banner/Banner";

/** A short break is nobody's business. */
const LATE_MS = 2000;

interface Props {
  readonly state: ReadonlySignal<LineState>;
  readonly turnedAway: ReadonlySignal<boolean>;
  /** What keeps the server from storing messages, in its words. */
  readonly trouble: ReadonlySignal<string | null>;
}

function textOf(turnedAway: boolean): string {
  if (!navigator.onLine) return "You are offline. Messages will be sent when you are connected.";
  const what = turnedAway
    ? "The server cannot get at its data; trying again."
    : "The server cannot be reached; trying again.";
  return `${what} Messages will be sent when you are connected.`;
}

/** Says that there is no line, once that has lasted, or that messages cannot be stored. */
export function LineBanner({ state, turnedAway, trouble }: Props) {
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

  if (online && trouble.value !== null) return <Banner kind="warning">{trouble.value}</Banner>;
  if (online || !late) return null;
  return <Banner kind="warning">{textOf(turnedAway.value)}</Banner>;
}
