const EACH_MS = 50;
const WAIT_MS = 15_000;

/** Asks again and again until the answer fits; says in words what did not come true. */
export async function until<T>(
  what: string,
  ask: () => Promise<T> | T,
  fits: (answer: T) => boolean = Boolean,
  waitMs = WAIT_MS,
): Promise<T> {
  const end = Date.now() + waitMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what} did not come true: ${JSON.stringify(answer)}`);
    await new Promise((done) => setTimeout(done, EACH_MS));
  }
}
