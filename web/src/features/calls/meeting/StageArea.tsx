import { useRef } from "preact/hooks";
import { Button } from "../../../ui/button/Button";
import * as icons from "../../../ui/icons/paths";
import type { CallsStore } from "../store";
import { Focus, Gallery } from "./Gallery";
import styles from "./MeetingStage.module.css";
import type { Meeting } from "./meeting";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
}

/** A finger that goes so far across turns the page. */
const SWIPE = 48;

/** All tiles, on as many pages as they need. */
export function StageArea({ calls, meeting }: Props) {
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const { focus, page, pages } = meeting.view.plan.value;
  const onPointerDown = (e: PointerEvent) => {
    from.current = e.pointerType === "touch" ? { x: e.clientX, y: e.clientY } : null;
  };
  const onPointerUp = (e: PointerEvent) => {
    const at = from.current;
    from.current = null;
    if (!at) return;
    const across = e.clientX - at.x;
    if (Math.abs(across) < SWIPE || Math.abs(across) < Math.abs(e.clientY - at.y)) return;
    meeting.view.turn(across < 0 ? 1 : -1);
  };
  const View = focus.length > 0 ? Focus : Gallery;
  return (
    <div
      class={styles.area}
      onPointerDown={onPointerDown}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        from.current = null;
      }}
    >
      <View calls={calls} meeting={meeting} />
      {pages > 1 && (
        <nav class={styles.pager} aria-label="Pages of people">
          <Button
            round
            size="small"
            icon={icons.chevronLeft}
            label="Previous people"
            disabled={page === 0}
            onClick={() => meeting.view.turn(-1)}
          />
          <span class={styles.page} role="status">
            {page + 1} / {pages}
          </span>
          <Button
            round
            size="small"
            icon={icons.chevronRight}
            label="More people"
            disabled={page === pages - 1}
            onClick={() => meeting.view.turn(1)}
          />
        </nav>
      )}
    </div>
  );
}
