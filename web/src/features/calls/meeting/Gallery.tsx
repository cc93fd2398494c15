import { useEffect, useRef } from "preact/hooks";
import type { CallsStore } from "../store";
import styles from "./Gallery.module.css";
import { capacityOf, type Grid, gridOf, WIDE } from "./layout";
import type { Meeting } from "./meeting";
import { phone } from "./phone";
import { Tiles } from "./Tiles";
import { gapOf, useBox } from "./useBox";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
}

/** Two by three. */
const PHONE = 6;
const MOST = 7;
/** Of a tile in the strip, while there is none. */
const LITTLE = 108;
const px = (n: number): string => (n > 0 ? `${n}px` : "");

const sizeOf = (g: Grid, gap: number) => ({
  "--tile-width": px(g.width),
  "--tile-height": px(g.height),
  "--row": px(g.width > 0 ? g.columns * g.width + (g.columns - 1) * gap : 0),
});

/** Everybody alike, as large as there is room for. */
export function Gallery({ calls, meeting }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const room = useBox(box).value;
  const small = phone.value;
  const gap = gapOf(box.current?.firstElementChild ?? null);
  const { tiles } = meeting.view.plan.value;
  useEffect(() => {
    if (room.width > 0) meeting.view.fit(small ? PHONE : capacityOf(room, gap, MOST), small);
  }, [meeting, room, small, gap]);
  const shape = small ? { gap, aspect: null, most: 3 } : { gap, aspect: WIDE, most: MOST };
  return (
    <div ref={box} class={styles.gallery}>
      <ul
        class={styles.tiles}
        aria-label="People in the meeting"
        style={sizeOf(gridOf(tiles.length, room, shape), gap)}
      >
        <Tiles calls={calls} meeting={meeting} tiles={tiles} />
      </ul>
    </div>
  );
}

/** What matters large, everybody else in a strip beside it, or below it where it is narrow. */
export function Focus({ calls, meeting }: Props) {
  const main = useRef<HTMLDivElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const room = useBox(main).value;
  const beside = useBox(strip).value;
  const small = phone.value;
  const { focus, tiles } = meeting.view.plan.value;
  const gap = gapOf(main.current?.firstElementChild ?? null);
  useEffect(() => {
    if (beside.width === 0) return;
    const down = beside.height > beside.width;
    const first = strip.current?.querySelector("li");
    const each = (down ? first?.offsetHeight : first?.offsetWidth) ?? LITTLE;
    const many = Math.floor(((down ? beside.height : beside.width) + gap) / (each + gap));
    meeting.view.fit(Math.max(1, Math.min(9, many)), small);
  }, [meeting, beside, small, gap]);
  const shape = { gap, aspect: null, most: MOST };
  return (
    <div class={styles.focus} data-alone={tiles.length === 0}>
      <div ref={main} class={styles.gallery}>
        <ul
          class={styles.tiles}
          aria-label="On the stage"
          style={sizeOf(gridOf(focus.length, room, shape), gap)}
        >
          <Tiles calls={calls} meeting={meeting} tiles={focus} />
        </ul>
      </div>
      <div ref={strip} class={styles.strip}>
        <ul class={styles.row} aria-label="Others in the meeting">
          <Tiles calls={calls} meeting={meeting} tiles={tiles} />
        </ul>
      </div>
    </div>
  );
}
