const FIRST_MS = 1000;
const MOST_MS = 16_000;

/**
 * How long to wait before the try after `failures` failed ones: doubled each time up to a limit,
 * and anywhere between half of it and all of it, so that a thousand pages do not come back at once.
 */
export function backoffMs(failures: number, chance: number = Math.random()): number {
  const limit = Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failures));
  return limit / 2 + (limit / 2) * chance;
}
