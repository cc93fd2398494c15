import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  type Connection,
  connectionOf,
  type Row,
  type Sample,
  sampleOf,
  UNKNOWN,
} from "./engine/report";
import type { Looked } from "./engine/way";

/** Rates are of so many questions back, so that they do not jump. */
const BACK = 3;
/** While nothing is known yet. */
const SOON_MS = 1_000;

/** The figures of a connection, asked for again and again; none while the way is lost. */
export function useConnection(way: Looked | null, everyMs: number): ReadonlySignal<Connection> {
  const now = useSignal(UNKNOWN);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    let samples: readonly Sample[] = [];
    const ask = async () => {
      const report = (await way?.report()) as ReadonlyMap<string, Row> | null | undefined;
      if (over) return;
      now.value = report ? connectionOf(report, samples[0] ?? null) : UNKNOWN;
      if (report) samples = [...samples, sampleOf(report)].slice(-BACK);
      timer = setTimeout(() => void ask(), now.value.path ? everyMs : SOON_MS);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [way, everyMs]);
  return useComputed(() => {
    const known = now.value;
    return way?.since.value == null ? UNKNOWN : known;
  });
}
