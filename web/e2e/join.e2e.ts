import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { invited, type Person } from "../../tests/api/support/person";
import type { Channel } from "../src/api/gen";
import { House } from "./support/house";
import { join, moves, stageOf } from "./support/meeting";
import { button, composer } from "./support/screen";

/*
 * `bench/run join` and no other run: how long it takes from Join to the first picture, many times, in a page that is
 * open at the chat of a meeting of three.
 */

const JOINS = Number(process.env.JOINS ?? 0);
const NAMES = ["Bo", "Cleo", "Dan", "Eve"] as const;
const TITLE = "Makers";
/* As fast as a camera, and small: five encoders and decoders share this machine. */
const CAMERA = { width: 320, fps: 30 };
const PAUSE_MS = 300;

let house: House;
let pages: Page[];

const median = (of: readonly number[], part: number): number =>
  Math.round([...of].sort((a, b) => a - b)[Math.floor((of.length - 1) * part)] ?? 0);

/* Runs in the page: presses Join, and how long it is until a picture of Bo is shown. */
const joined = (): Promise<number> =>
  new Promise((done) => {
    const known = new WeakSet<HTMLVideoElement>();
    const press = [...document.querySelectorAll("button")].find((b) => b.textContent === "Join");
    const begun = performance.now();
    const look = () => {
      for (const video of document.querySelectorAll("video")) {
        if (known.has(video) || video.getAttribute("aria-label") !== "Bo, video") continue;
        known.add(video);
        video.requestVideoFrameCallback((shown) => done(shown - begun));
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributeFilter: ["aria-label"],
    });
    press?.click();
    look();
  });

beforeAll(async () => {
  if (JOINS === 0) return;
  house = await House.open({ RATE_LIMITS: "off" });
  const people = await Promise.all(NAMES.map((name) => invited(house.ada, name)));
  const members = people.slice(1).map((p) => p.me.id);
  const made = await people[0]?.post<Channel>("/channels", { kind: "group", name: TITLE, members });
  const path = `/chat/${made?.body.id}`;
  const open = (who: Person) => house.chromium.page(who, path, { camera: CAMERA });
  pages = await Promise.all(people.map(open));
});
afterAll(async () => {
  await house?.chromium.sweep().finally(() => house.close());
});

it.runIf(JOINS > 0)(
  "shows the first picture soon after Join",
  async () => {
    const [bo, cleo, dan, eve] = pages as [Page, Page, Page, Page];
    await composer(bo).waitFor();
    await button(bo, "Video call").click();
    await cleo.getByRole("alertdialog", { name: /from Bo$/u }).waitFor();
    await button(cleo, "Accept with video").click();
    await join(eve);
    await moves(eve, "Bo");
    const took: number[] = [];
    for (let i = 0; i < JOINS; i += 1) {
      await button(dan, "Join").waitFor();
      await dan.waitForTimeout(PAUSE_MS);
      took.push(await dan.evaluate(joined));
      await button(dan, "Leave").click();
      await stageOf(dan, TITLE).waitFor({ state: "detached" });
    }
    expect(took).toHaveLength(JOINS);
    process.stdout.write(
      `joins: ${JSON.stringify({ p50: median(took, 0.5), p99: median(took, 0.99) })}\n`,
    );
  },
  JOINS * 10_000 + 60_000,
);
