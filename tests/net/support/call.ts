import type { Heard } from "../../../web/e2e/support/probe";
import { until } from "../../../web/e2e/support/until";
import type { Person } from "../../api/support/person";
import type { Phone } from "./phone";

const CONNECT_MS = 30_000;
/* Longer than between two frames. */
const STILL_MS = 300;
/* More than a frame or two that may have been under way. */
const FRAMES = 5;

/** What a call's way looks like: of each end, what it goes out by. */
export type Way =
  | "direct"
  | "through the NAT"
  | "relay udp"
  | "relay tcp"
  | "relay tls"
  | "unknown";

/** The caller's end and the callee's. */
export type Ends = readonly [Way, Way];

export interface Outcome {
  readonly ways: Ends;
  /** 4 or 6: of the addresses between which it goes, or to the relay. */
  readonly family: 4 | 6;
  /** From taking the call until both are connected, and until both have decoded pictures. */
  readonly connectedMs: number;
  readonly picturesMs: number;
}

const decoded = async (phones: readonly Phone[]): Promise<readonly Heard[]> =>
  Promise.all(phones.map((p) => p.heard()));

/** One calls, the other takes it, and both see each other. */
export async function call(
  caller: Phone,
  callee: Phone,
  people: readonly [Person, Person],
  path: string,
): Promise<Outcome> {
  const phones = [caller, callee] as const;
  await Promise.all(phones.map((p, i) => p.enter(people[i] as Person, path)));
  await caller.press("Video call");
  await callee.sees('[aria-label="Accept with video"]');
  const taken = Date.now();
  await callee.press("Accept with video");
  await seen(phones, [0, 0]);
  const picturesMs = Date.now() - taken;
  await growing(phones);
  const up = await Promise.all(phones.map(async (p) => (await p.path())?.up ?? 0));
  return { ...(await ways(caller, callee)), connectedMs: Math.max(...up) - taken, picturesMs };
}

/** The way that a call has found, which may get better in its first seconds. */
export function settled(
  caller: Phone,
  callee: Phone,
  fits: (ways: Ends) => boolean,
): Promise<Pick<Outcome, "ways" | "family">> {
  return until(
    "the best way is taken",
    () => ways(caller, callee),
    (o) => fits(o.ways),
  );
}

/** Milliseconds until both see each other again, after something that cut them off. */
export async function backAfter(phones: readonly Phone[], cut: () => void): Promise<number> {
  const begun = Date.now();
  cut();
  let before = await decoded(phones);
  await until("the pictures stop", async () => {
    const last = before;
    await new Promise((done) => setTimeout(done, STILL_MS));
    before = await decoded(phones);
    return before.every((h, i) => h.frames === last[i]?.frames);
  });
  await seen(
    phones,
    before.map((h) => h.frames),
  );
  return Date.now() - begun;
}

async function seen(phones: readonly Phone[], before: readonly number[]): Promise<void> {
  await until(
    "both see each other",
    () => decoded(phones),
    (all) => all.every((h, i) => h.frames > (before[i] ?? 0)),
    CONNECT_MS,
  );
}

/** Pictures go on coming on both sides. */
export async function growing(phones: readonly Phone[]): Promise<void> {
  const before = await decoded(phones);
  await seen(
    phones,
    before.map((h) => h.frames + FRAMES),
  );
}

/** The way that a call goes now. */
export async function ways(
  caller: Phone,
  callee: Phone,
): Promise<Pick<Outcome, "ways" | "family">> {
  const [a, b] = await Promise.all([caller.path(), callee.path()]);
  if (!a || !b) throw new Error(`no path: ${JSON.stringify([a, b])}`);
  const relayed = (end: typeof a.local): Way | null =>
    end.type === "relay" ? (`relay ${end.relay ?? "?"}` as Way) : null;
  /* Where a check came before the candidate, the other's own address is one that was learnt from it. */
  const direct = [a, b].every((p) => p.local.type === "host" && p.remote.type !== "srflx");
  const plain: Way = direct ? "direct" : "through the NAT";
  return {
    ways: [relayed(a.local) ?? plain, relayed(b.local) ?? plain],
    family: a.local.address.includes(":") || a.remote.address.includes(":") ? 6 : 4,
  };
}
