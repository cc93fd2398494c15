import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Leg } from "../../../api/gen";
import type { Source } from "../engine/roomContract";
import type { Meeting } from "./meeting";

/** Asks the server for a picture as long as the element is there, as high as it is drawn. */
export function useWatch(
  meeting: Meeting | null,
  element: RefObject<HTMLElement | null>,
  wanted: { readonly leg: Leg; readonly source: Source } | null,
): void {
  const leg = wanted?.leg.id;
  const source = wanted?.source;
  useEffect(() => {
    const el = element.current;
    if (!el || !meeting || leg === undefined || source === undefined) return undefined;
    const tile = {};
    const ask = () => {
      const height = Math.ceil(el.clientHeight * devicePixelRatio);
      meeting.watch(tile, { leg, source, height });
    };
    const watch = new ResizeObserver(ask);
    watch.observe(el);
    ask();
    return () => {
      watch.disconnect();
      meeting.watch(tile, null);
    };
  }, [meeting, leg, source]);
}
