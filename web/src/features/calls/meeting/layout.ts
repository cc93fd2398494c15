/* How tiles share the stage.  Pure. */

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Grid extends Box {
  readonly columns: number;
  readonly rows: number;
}

export interface Shape {
  readonly gap: number;
  /** Width by height of a tile; null fills the stage with tiles of any shape. */
  readonly aspect: number | null;
  readonly most: number;
}

export const WIDE = 16 / 9;
const NONE: Grid = { columns: 1, rows: 1, width: 0, height: 0 };

function gridBy(columns: number, n: number, box: Box, { gap, aspect }: Shape): Grid {
  const rows = Math.ceil(n / columns);
  const width = (box.width - gap * (columns - 1)) / columns;
  const height = (box.height - gap * (rows - 1)) / rows;
  if (aspect === null) return { columns, rows, width, height };
  const across = Math.min(width, height * aspect);
  return { columns, rows, width: across, height: across / aspect };
}

/** How large the picture in a tile of any shape is. */
const picture = ({ width, height }: Box): number => Math.min(width, height * WIDE);

/** Of all ways to share the stage among n tiles, the one that makes them largest. */
export function gridOf(n: number, box: Box, shape: Shape): Grid {
  let best = NONE;
  for (let columns = 1; columns <= Math.min(n, shape.most); columns += 1) {
    const grid = gridBy(columns, n, box, shape);
    if (grid.rows > shape.most && n <= shape.most ** 2) continue;
    /* Of two as large the one with fewer empty places. */
    const more = picture(grid) - picture(best);
    const holes = (g: Grid) => g.columns * g.rows - n;
    if (more > 1 || (more > -1 && best !== NONE && holes(grid) < holes(best))) best = grid;
  }
  return { ...best, width: Math.floor(best.width), height: Math.floor(best.height) };
}

/** Tiles smaller than that show nobody. */
const SMALLEST = { width: 144, height: 81 } as const;

/** How many tiles have room on one page. */
export function capacityOf(box: Box, gap: number, most: number): number {
  const along = (room: number, each: number) =>
    Math.max(1, Math.min(most, Math.floor((room + gap) / (each + gap))));
  return along(box.width, SMALLEST.width) * along(box.height, SMALLEST.height);
}
