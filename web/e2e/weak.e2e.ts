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

const HEARD_S = 6;

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

  beforeAll(async () => {
    house = await House.open();
    line = await WeakLine.open(WEAK);
    people = await Promise.all(["Bo", "Cleo", "Dan"].map((name) => invited(house.ada, name)));
    const members = people.slice(1).map((p) => p.me.id);
    const made = await people[0]?.post<Channel>("/channels", { kind: "group", members });
    channel = made?.body.id ?? "";
  });
  afterEach(() => house.chromium.sweep());
  afterAll(async () => {
    line.close();
    await house.close();
  });

  it("keeps the sound, does without pictures, and gets them back", async () => {
    const all = await Promise.all(people.map((p) => Roomer.come(house, p)));
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
    /* sound alone takes most of it; as large pictures as there are need some hundred more */
    const allAre = (state: string) =>
      vi.waitFor(() => {
        const told = weak.line.events.findLast((e) => e.type === "call.slots");
        expect(told?.video.map((v) => v.state)).toEqual([state, state]);
      }, PATIENCE);
    const frames = async () => sum((await weak.got()).map((g) => g.frames));

    await allAre("paused");
    const [before, pictures] = [await weak.got(), await frames()];
    await vi.waitFor(async () => {
      const now = await weak.got();
      const played = sum(now.map((g) => g.samples)) - sum(before.map((g) => g.samples));
      expect(played).toBeGreaterThan(2 * HEARD_S * 48_000);
    }, PATIENCE);
    const share = madeUp(before, await weak.got());
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
});
