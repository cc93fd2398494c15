import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { invited, type Person } from "../../tests/api/support/person";
import type { Channel, ServerDone } from "../src/api/gen";
import { House } from "./support/house";
import { type Got, Roomer } from "./support/roomer";

/* A stranger at the port of calls, who sends what could be anything of theirs (SECURITY: S9). */

const DATAGRAMS = 1_000_000;
const media = { mic: true, camera: true };

/** In a process of its own: it leaves nobody else in its own time for anything. */
const flood = (port: number, count: number) =>
  new Promise<void>((done, fail) =>
    execFile(
      process.execPath,
      [resolve(import.meta.dirname, "support/flood.mjs"), `${port}`, `${count}`],
      (error) => (error ? fail(error) : done()),
    ),
  );

const sum = (got: readonly Got[], of: (g: Got) => number) => got.reduce((n, g) => n + of(g), 0);

describe.runIf(process.env.THOROUGH === "1")("a call at a port that is flooded", () => {
  let house: House;
  let people: Person[];
  let channel: string;

  beforeAll(async () => {
    house = await House.open();
    people = await Promise.all(["Bo", "Cleo", "Dan"].map((name) => invited(house.ada, name)));
    const members = people.slice(1).map((p) => p.me.id);
    const made = await people[0]?.post<Channel>("/channels", { kind: "group", members });
    channel = made?.body.id ?? "";
  });
  afterAll(async () => {
    await house.chromium.sweep().finally(() => house.close());
  });

  it("goes on", async () => {
    const all = await Promise.all(people.map((p) => Roomer.come(house, p)));
    const [first, ...others] = all as [Roomer, Roomer, Roomer];
    const started = await first.line.ask({ type: "call.start", channel, video: true, ...media });
    const { call, leg } = started as ServerDone;
    first.leg = leg ?? "";
    const id = call?.id ?? "";
    for (const one of others) {
      const joined = (await one.line.ask({ type: "call.join", call: id, ...media })) as ServerDone;
      one.leg = joined.leg ?? "";
    }
    let port = 0;
    const by = (sdp: string) => {
      port = Number(/^a=candidate:\S+ 1 udp \d+ \S+ (\d+) /mu.exec(sdp)?.[1]);
      return sdp;
    };
    for (const one of all) await one.connect(id, { width: 320, by });
    await first.line.ask({
      type: "call.view",
      call: id,
      slots: others.map((o, slot) => ({ slot, leg: o.leg, source: "camera", height: 180 })),
    });
    const pictures = async () => sum(await first.got(), (g) => g.frames);
    await vi.waitFor(async () => expect(await pictures()).toBeGreaterThan(20), 20_000);

    const rate = async (during: Promise<unknown>) => {
      const [before, begun] = [await first.got(), performance.now()];
      await during;
      const [after, over] = [await first.got(), performance.now()];
      const packets = sum(after, (g) => g.packets) - sum(before, (g) => g.packets);
      return (packets * 1_000) / (over - begun);
    };
    const quiet = await rate(pause(5_000));
    const begun = performance.now();
    const loud = await rate(flood(port, DATAGRAMS));
    const seconds = (performance.now() - begun) / 1_000;
    // biome-ignore lint/suspicious/noConsole: what was measured
    console.log(
      `${DATAGRAMS} datagrams in ${seconds.toFixed(0)} s:`,
      `${((100 * loud) / quiet).toFixed(1)} % of the ${quiet.toFixed(0)} packets a second of before`,
    );
    expect(loud).toBeGreaterThan(quiet / 2);
    const seen = await pictures();
    await vi.waitFor(async () => expect(await pictures()).toBeGreaterThan(seen + 20), 20_000);
    expect(house.server.output).not.toMatch(/ERROR|runtime error|assert/iu);
  }, 300_000);
});
