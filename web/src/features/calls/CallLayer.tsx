import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Layer, LayerProps } from "./Layer";

const IDLE_MS = 3000;

const layer = signal<typeof Layer | null>(null);
let loading = false;

/* Awaited, not chained: the bundler takes a chain into what it watches for lost styles. */
async function load(): Promise<void> {
  if (loading) return;
  loading = true;
  try {
    const [{ Layer: Loaded }] = await Promise.all([
      import("./Layer"),
      import("./engine/way"),
      import("./engine/wishes"),
      import("./meeting/meeting"),
    ]);
    layer.value = Loaded;
  } catch {
    loading = false;
  }
}

/**
 * What calls put above the page.  It is no part of the first load, but fetched soon after, so that
 * a ring finds it there.
 */
export function CallLayer({ calls, thread }: LayerProps) {
  const near = calls.held.value.phase !== "idle" || calls.rings.value.length > 0;
  useEffect(() => {
    const later = setTimeout(() => void load(), near ? 0 : IDLE_MS);
    return () => clearTimeout(later);
  }, [near]);
  const Shown = layer.value;
  return Shown ? <Shown calls={calls} thread={thread} /> : null;
}
