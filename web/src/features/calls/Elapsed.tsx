import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { durationText } from "../../lib/time";

interface Props {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly class?: string | undefined;
}

/** How long the call has been going on. */
export function Elapsed({ since, ...more }: Props) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span class={more.class} role="timer" aria-label="Call time">
      {durationText(Math.max(0, now.value - since))}
    </span>
  );
}
