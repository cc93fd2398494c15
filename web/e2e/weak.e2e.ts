import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { invited, type Person } from "../../tests/api/support/person";
import type { Channel, ServerDone } from "../src/api/gen";
import { House } from "./support/house";
import { type Got, Roomer } from "./support/roomer";
import { WeakLine } from "./support/weakLine";

const media = { mic: true, camera: true };
const PATIENCE = { timeout: 30_000, interval: 200 };
const WEAK = { rate: 140_000, loss: 0.05, queueMs: 300 };
const GOOD = { rate: 5_000_000, loss: 0.05, queueMs: 300 };

/* What the plan asks for (by a page that has seen the line good before). */
const FAIR = { rate: 3_000_000, loss: 0.05, queueMs: 300 };
const POOR = { rate: 300_000, loss: 0.05, queueMs: 300 };

/* Lines: of 360 Chromium sends two of the three encodings, without the largest. */
const MOST = 540 + 180;
/* Drawn: Chromium's own test camera gives all windows of one time the same size. */
const LOOKS = [960, 640, 640].map((width) => ({ drawn: { width, fps: 10 } }));
const HEARD_S = 6;
const LONG_HEARD_S = 15;

const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);

/** Share of the sound between two looks that was made up. */
function madeUp(before: readonly Got[], after: readonly Got[]): number {
  const over = (pick: (g: Got) => number) => sum(after.map(pick)) - sum(before.map(pick));
  return over((g) => g.concealed) / over((g) => g.samples);
}

describe("a weak line", () => {
  let house: House;
  let people: Person[];
  let channel: string;
  let line: WeakLine;
  let host: Roomer;
  let over: () => Promise<unknown> = async () => undefined;

  beforeAll(async () => {
    house = await House.open();
    line = await WeakLine.open(WEAK);
    people = await Promise.all(["Bo", "Cleo", "Dan"].map((name) => invited(house.ada, name)));
    const members = people.slice(1).map((p) => p.me.id);
    const made = await people[0]?.post<Channel>("/channels", { kind: "group", members });
    channel = made?.body.id ?? "";
  });
  afterEach(async () => {
    await over();
    await house.chromium.sweep();
  });
  afterAll(async () => {
    line.close();
    await house.close();
  });

  /** Three who meet, the last by the weak line, who looks at both others. */
  async function meeting(): Promise<Roomer> {
    const all = await Promise.all(people.map((p, i) => Roomer.come(house, p, LOOKS[i])));
    const [first, second, weak] = all as [Roomer, Roomer, Roomer];
    const started = await first.line.ask({ type: "call.start", channel, video: true, ...media });
    const { call, leg } = started as ServerDone;
    first.leg = leg ?? "";
    const id = call?.id ?? "";
    for (const one of [second, weak]) {
      const joined = (await one.line.ask({ type: "call.join", call: id, ...media })) as ServerDone;
      one.leg = joined.leg ?? "";
    }
    await Promise.all([
      first.connect(id, { width: 960 }),
      second.connect(id, { width: 640 }),
      weak.connect(id, { width: 640, by: (sdp) => line.only(sdp) }),
    ]);
    const slots = [first, second].map((other, slot) => ({
      slot,
      leg: other.leg,
      source: "camera",
      height: 720,
    }));
    await weak.line.ask({ type: "call.view", call: id, slots });
    host = first;
    over = () => first.line.ask({ type: "call.end", call: id });
    return weak;
  }

  /** Listens for so long; the share of the sound that was made up. */
  async function listened(weak: Roomer, seconds: number): Promise<number> {
    const before = await weak.got();
    await vi.waitFor(async () => {
      const now = await weak.got();
      const played = sum(now.map((g) => g.samples)) - sum(before.map((g) => g.samples));
      expect(played).toBeGreaterThan(2 * seconds * 48_000);
    }, PATIENCE);
    return madeUp(before, await weak.got());
  }

  it("keeps the sound, does without pictures, and gets them back", async () => {
    line.strength = WEAK;
    const weak = await meeting();
    /* sound alone takes most of it; as large pictures as there are need some hundred more */
    const allAre = (state: string) =>
      vi.waitFor(() => {
        const told = weak.line.events.findLast((e) => e.type === "call.slots");
        expect(told?.video.map((v) => v.state)).toEqual([state, state]);
      }, PATIENCE);
    const frames = async () => sum((await weak.got()).map((g) => g.frames));

    await allAre("paused");
    const pictures = await frames();
    const voices = async (one: Roomer) =>
      (await one.got()).filter((g) => g.kind === "audio" && g.packets > 0);
    /* bytes a packet, of whoever is sent with fewest */
    const size = (then: readonly Got[], now: readonly Got[]) =>
      Math.min(
        ...now.map(
          (g, i) => (g.bytes - (then[i]?.bytes ?? 0)) / (g.packets - (then[i]?.packets ?? 0)),
        ),
      );
    const then = [await voices(weak), await voices(host)] as const;
    const share = await listened(weak, HEARD_S);
    /* who loses much is sent the sound twice over; who hears all, what is new alone */
    expect(size(then[0], await voices(weak))).toBeGreaterThan(
      1.4 * size(then[1], await voices(host)),
    );
    // biome-ignore lint/suspicious/noConsole: what was measured
    console.log(`at ${WEAK.rate / 1000} kbit/s ${(100 * share).toFixed(1)} % of the sound made up`);
    expect(share).toBeLessThan(0.5);

    const recovered = performance.now();
    line.strength = GOOD;
    await allAre("live");
    // biome-ignore lint/suspicious/noConsole: what was measured
    console.log(`pictures again after ${(performance.now() - recovered).toFixed(0)} ms`);
    await vi.waitFor(async () => expect(await frames()).toBeGreaterThan(pictures + 20), PATIENCE);
  }, 120_000);

  it.runIf(process.env.THOROUGH === "1")(
    "gets weak in a meeting, and good again",
    async () => {
      line.strength = FAIR;
      const weak = await meeting();
      /* What is paused still has the size of its last picture. */
      const heights = () => {
        const told = weak.line.events.findLast((e) => e.type === "call.slots");
        return (told?.video ?? []).map((v) => (v.state === "live" ? v.height : 0));
      };
      const total = () => sum(heights());
      await vi.waitFor(() => expect(total()).toBe(MOST), PATIENCE);
      line.strength = POOR;
      await vi.waitFor(() => expect(total()).toBeLessThan(MOST), PATIENCE);
      const share = await listened(weak, LONG_HEARD_S);
      const coarse = heights();
      const recovered = performance.now();
      line.strength = FAIR;
      await vi.waitFor(() => expect(total()).toBe(MOST), PATIENCE);
      const took = performance.now() - recovered;
      // biome-ignore lint/suspicious/noConsole: what was measured
      console.log(
        `at ${POOR.rate / 1000} kbit/s ${(100 * share).toFixed(1)} % of the sound made up, ` +
          `pictures of ${coarse} lines; as before after ${took.toFixed(0)} ms`,
      );
      expect(share).toBeLessThan(0.2);
    },
    120_000,
  );
});
