interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly left: number;
  readonly top: number;
}

const GAP = 4;
const EDGE = 8;

const within = (at: number, size: number, room: number) =>
  Math.max(EDGE, Math.min(at, room - size - EDGE));

/** Where something that floats goes: below its anchor, above when there is no room, in sight. */
export function place(
  anchor: Box,
  size: Size,
  viewport: Size,
  align: "start" | "center" | "end",
): Place {
  const middle = (anchor.left + anchor.right - size.width) / 2;
  const left = { start: anchor.left, center: middle, end: anchor.right - size.width }[align];
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - size.height;
  const fits = below + size.height + EDGE <= viewport.height || above < EDGE;
  return {
    left: within(left, size.width, viewport.width),
    top: within(fits ? below : above, size.height, viewport.height),
  };
}
