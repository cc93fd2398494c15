import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  type Connection,
  connectionOf,
  type Row,
  type Sample,
  sampleOf,
  UNKNOWN,
} from "./engine/report";
import type { Way } from "./engine/way";

/** Rates are of so many questions back, so that they do not jump. */
const BACK = 3;

/** The figures of a connection, asked for again and again. */
export function useConnection(way: Way | null, everyMs: number): ReadonlySignal<Connection> {
  const now = useSignal(UNKNOWN);
  useEffect(() => {
    let over = false;
    let samples: readonly Sample[] = [];
    const ask = async () => {
      const report = (await way?.report()) as ReadonlyMap<string, Row> | null | undefined;
      if (over) return;
      if (!report) {
        now.value = UNKNOWN;
        return;
      }
      now.value = connectionOf(report, samples[0] ?? null);
      samples = [...samples, sampleOf(report)].slice(-BACK);
    };
    void ask();
    const timer = setInterval(() => void ask(), everyMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [way, everyMs]);
  return now;
}
