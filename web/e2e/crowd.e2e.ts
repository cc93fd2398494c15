import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invited, type Person } from "../../tests/api/support/person";
import type { Channel } from "../src/api/gen";
import { Firefox } from "./support/firefox";
import { House } from "./support/house";
import { join } from "./support/meeting";
import { button, composer } from "./support/screen";
import { until } from "./support/until";

/* Six pages of Chromium and two of Firefox in one meeting: each decodes the pictures of all others, and hears them.
   Two cores carry all of them, so most pictures are small and few; one is of a size that Chromium makes three
   encodings of. */

const CHROMIUM = ["Bo", "Cleo", "Dan", "Eve", "Fay", "Gus"] as const;
const FIREFOX = ["Hal", "Ida"] as const;
const ALL = [...CHROMIUM, ...FIREFOX];
const TITLE = "Crowd";
const LARGE = { width: 960, fps: 6 };
const SMALL = { width: 320, fps: 3 };
/* Of the encoding in the middle. */
const SMALL_HEIGHT = 270;
const PATIENCE_MS = 120_000;
const MORE = 3;

/* Runs in the page. */
const heightOf = (label: string): number =>
  [...document.querySelectorAll("video")].find((v) => v.ariaLabel === label)?.videoHeight ?? 0;

describe.runIf(process.env.THOROUGH === "1")("a crowd", () => {
  let house: House;
  let pages: Page[];
  const foxes: Firefox[] = [];

  beforeAll(async () => {
    house = await House.open({ RATE_LIMITS: "off" });
    const people: Person[] = await Promise.all(ALL.map((name) => invited(house.ada, name)));
    const members = people.slice(1).map((p) => p.me.id);
    const made = await people[0]?.post<Channel>("/channels", {
      kind: "group",
      name: TITLE,
      members,
    });
    const path = `/chat/${made?.body.id}`;
    pages = await Promise.all(
      CHROMIUM.map((_, i) =>
        house.chromium.page(people[i] as Person, path, { drawn: i === 0 ? LARGE : SMALL }),
      ),
    );
    for (const p of people.slice(CHROMIUM.length))
      foxes.push(await Firefox.start(p, path, { drawn: SMALL }));
  }, PATIENCE_MS);
  afterAll(async () => {
    await Promise.all(foxes.map((f) => f.stop()));
    await house.chromium.sweep().finally(() => house.close());
  });

  it(
    "comes together",
    async () => {
      const [bo, ...others] = pages as [Page, ...Page[]];
      await composer(bo).waitFor();
      await button(bo, "Video call").click();
      await button(bo, "Leave").waitFor();
      for (const page of others) await join(page);
      for (const fox of foxes) {
        await fox.press("Join");
        await fox.click("Turn camera on");
      }
    },
    2 * PATIENCE_MS,
  );

  it(
    "sees and hears all others",
    async () => {
      const decoded = () =>
        Promise.all([
          ...pages.map((p) => p.evaluate(() => window.decoded())),
          ...foxes.map((f) => f.page.evaluate(() => window.decoded())),
        ]);
      const before = (await decoded()).map((of) => [...of]);
      /* What begins anew counts from nothing. */
      const more = (now: readonly number[], i: number) => {
        const first = before[i] ?? [];
        for (const [k, n] of now.entries()) first[k] = Math.min(first[k] ?? 0, n);
        return now.filter((n, k) => n > (first[k] ?? 0) + MORE).length;
      };
      await until(
        "all pictures of all others move on",
        async () => (await decoded()).map(more),
        (now) => now.every((n) => n >= ALL.length - 1),
        PATIENCE_MS,
      );
      const heard = [
        ...pages.map((p) => p.evaluate(() => window.heard())),
        ...foxes.map((f) => f.heard()),
      ];
      for (const one of heard) expect((await one).energy).toBeGreaterThan(0);
    },
    2 * PATIENCE_MS,
  );

  it(
    "gets three encodings of the large picture, and switches between them",
    async () => {
      const [bo, cleo] = pages as [Page, Page];
      const sent = () => bo.evaluate(() => window.encoded());
      const height = () => cleo.evaluate(heightOf, "Bo, video");
      await button(cleo, "View of Bo").click();
      await cleo.getByRole("menuitem", { name: "Pin" }).click();
      await until(
        "three are sent",
        sent,
        (now) => now.filter((n) => n > 0).length === 3,
        PATIENCE_MS,
      );
      const large = await until("it is large", height, (h) => h > SMALL_HEIGHT, PATIENCE_MS);
      await button(cleo, "View of Bo").click();
      await cleo.getByRole("menuitem", { name: "Unpin" }).click();
      await until("it is small again", height, (h) => h > 0 && h < large, PATIENCE_MS);
    },
    2 * PATIENCE_MS,
  );
});
