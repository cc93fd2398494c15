/** What of a list is to be drawn: rows first up to (not with) end, and the room around them. */
export interface Window {
  readonly first: number;
  readonly end: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The heights of a long list of which only some rows have been drawn and measured; the others
 * count with a guess.  Sums are kept in a Fenwick tree, so that a chat of a hundred thousand rows
 * finds its place in a few steps.  Rows are known by index; who inserts in front rebuilds.
 */
export class Heights {
  readonly count: number;
  readonly #guess: number;
  readonly #own: Float64Array;
  readonly #tree: Float64Array;

  /** @param known the measured height of a row, or undefined */
  constructor(
    count: number,
    guess: number,
    known: (row: number) => number | undefined = () => undefined,
  ) {
    this.count = count;
    this.#guess = guess;
    this.#own = new Float64Array(count);
    this.#tree = new Float64Array(count + 1);
    for (let row = 0; row < count; row++) this.#own[row] = known(row) ?? guess;
    for (let i = 1; i <= count; i++) {
      this.#tree[i] = (this.#tree[i] ?? 0) + this.of(i - 1);
      const up = i + (i & -i);
      if (up <= count) this.#tree[up] = (this.#tree[up] ?? 0) + (this.#tree[i] ?? 0);
    }
  }

  of(row: number): number {
    return this.#own[row] ?? this.#guess;
  }

  /** Takes a measured height; returns by how much the list grew. */
  measure(row: number, height: number): number {
    if (row < 0 || row >= this.count) return 0;
    const grown = height - this.of(row);
    if (grown === 0) return 0;
    this.#own[row] = height;
    for (let i = row + 1; i <= this.count; i += i & -i)
      this.#tree[i] = (this.#tree[i] ?? 0) + grown;
    return grown;
  }

  get total(): number {
    return this.offset(this.count);
  }

  /** Where a row begins; offset(count) is where the list ends. */
  offset(row: number): number {
    let sum = 0;
    for (let i = Math.min(row, this.count); i > 0; i -= i & -i) sum += this.#tree[i] ?? 0;
    return sum;
  }

  /** The row at a height from the top; the last one beyond the end, 0 in an empty list. */
  indexAt(y: number): number {
    let row = 0;
    let left = y;
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.count))); step > 0; step >>= 1) {
      const size = this.#tree[row + step];
      if (row + step <= this.count && size !== undefined && size <= left) {
        row += step;
        left -= size;
      }
    }
    return Math.max(0, Math.min(row, this.count - 1));
  }

  /** The rows that a viewport shows, with `overscan` more height drawn above and below. */
  window(scrollTop: number, viewport: number, overscan: number): Window {
    if (this.count === 0) return { first: 0, end: 0, before: 0, after: 0 };
    const first = this.indexAt(Math.max(0, scrollTop - overscan));
    const end = this.indexAt(scrollTop + viewport + overscan) + 1;
    return { first, end, before: this.offset(first), after: this.total - this.offset(end) };
  }
}
