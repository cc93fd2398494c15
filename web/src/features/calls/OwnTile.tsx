import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Avatar } from "../../ui/avatar/Avatar";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/later";
import type { CallsStore } from "./store";
import styles from "./Tiles.module.css";
import { Video } from "./Video";

interface Props {
  readonly calls: CallsStore;
}

interface Corner {
  readonly x: "start" | "end";
  readonly y: "start" | "end";
}

const BY_KEY: Readonly<Record<string, Partial<Corner>>> = {
  ArrowLeft: { x: "start" },
  ArrowRight: { x: "end" },
  ArrowUp: { y: "start" },
  ArrowDown: { y: "end" },
};

/** One's own picture, small; dragged, or sent by the arrow keys, from corner to corner. */
export function OwnTile({ calls }: Props) {
  const box = useRef<HTMLElement>(null);
  const corner = useSignal<Corner>({ x: "end", y: "end" });
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const { mic, video } = calls.engine.media;
  const me = calls.me.value;

  const onKeyDown = (e: KeyboardEvent) => {
    const to = BY_KEY[e.key];
    if (!to || e.ctrlKey || e.altKey) return;
    e.preventDefault();
    corner.value = { ...corner.value, ...to };
  };
  const onPointerDown = (e: PointerEvent) => {
    from.current = { x: e.clientX, y: e.clientY };
    box.current?.setPointerCapture(e.pointerId);
  };
  const onPointerMove = (e: PointerEvent) => {
    if (!from.current || !box.current) return;
    box.current.style.translate = `${e.clientX - from.current.x}px ${e.clientY - from.current.y}px`;
  };
  const onPointerUp = (e: PointerEvent) => {
    const around = box.current?.parentElement?.getBoundingClientRect();
    if (!from.current || !box.current || !around) return;
    from.current = null;
    box.current.style.translate = "";
    corner.value = {
      x: e.clientX < around.left + around.width / 2 ? "start" : "end",
      y: e.clientY < around.top + around.height / 2 ? "start" : "end",
    };
  };

  return (
    <section
      ref={box}
      class={styles.own}
      aria-label="You; the arrow keys move your picture"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move it
      tabIndex={0}
      data-x={corner.value.x}
      data-y={corner.value.y}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
    >
      {video.value ? (
        <Video source={video.value} label="You, video" mirrored />
      ) : (
        <span class={styles.face}>
          <Avatar id={me} name={calls.name(me)} picture={calls.picture(me)} size={56} />
        </span>
      )}
      <p class={styles.label}>
        {!mic.value && <Icon path={icons.micOff} size={16} label="Muted:" />}
        You
      </p>
    </section>
  );
}
