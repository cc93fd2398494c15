import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../../tests/api/support/person";
import type { Api } from "../src/api/gen";
import { clean } from "./support/axe";
import type { Look } from "./support/chromium";
import { House, type Pair } from "./support/house";
import type { Heard } from "./support/probe";
import { button } from "./support/screen";
import { shoot, shooting } from "./support/shoot";
import { until } from "./support/until";

/* Nobody is there: port 9 takes and says nothing on any machine that these tests run on. */
const NO_RELAY = {
  MEDIA_PORT: "off",
  TURN_URLS: "turn:127.0.0.1:9?transport=udp,turn:127.0.0.1:9?transport=tcp",
  TURN_SECRET: "a-secret-that-must-not-be-copied",
};

const ALL: readonly (readonly [string, Look])[] = [
  ["light", {}],
  ["dark", { dark: true }],
  ["phone-light", { phone: true }],
  ["phone-dark", { phone: true, dark: true }],
];
/* A way that does not connect takes its time: two of the looks show all that differs. */
const LOOKS =
  shooting || process.env.THOROUGH === "1"
    ? ALL
    : ALL.filter(([name]) => name === "light" || name === "phone-dark");

const panelOf = (page: Page) => page.getByRole("complementary", { name: "Connection" });
const heard = (page: Page): Promise<Heard> => page.evaluate(() => window.heard());
const grown = async (page: Page) => {
  const before = await heard(page);
  await until(
    "more is seen and heard",
    () => heard(page),
    (now) => now.frames > before.frames + 2 && now.energy > before.energy,
    30_000,
  );
};

/** As if the person had come by a guest's link: a guest is in no call of two in any other way yet. */
async function makeGuest(house: House, person: Person): Promise<void> {
  await house.server.end();
  house.server.alter(`UPDATE person SET role = 'guest' WHERE id = '${person.me.id}'`);
  await house.server.again();
}

async function call({ mei, jonas, path }: Pair, house: House, look: Look = {}) {
  const b = await house.chromium.page(jonas, path);
  await b.getByRole("feed").waitFor();
  const a = await house.chromium.page(mei, path, look);
  await button(a, "Video call").click();
  await button(b, "Accept with video").click();
  return { a, b };
}

async function openPanel(page: Page) {
  await button(page, "More").click();
  await page.getByRole("menuitem", { name: "Connection" }).click();
  return panelOf(page);
}

const figure = (page: Page, name: string) =>
  panelOf(page).locator("dl > div").filter({ hasText: name }).locator("dd").first();

/** All that the panel says is known. */
async function allKnown(page: Page): Promise<void> {
  await panelOf(page).getByText("not known yet").first().waitFor({ state: "detached" });
}

describe("the connection panel", () => {
  let house: House;

  beforeAll(async () => {
    house = await House.open();
  });
  afterEach(() => house.chromium.sweep());
  afterAll(() => house.close());

  it.each(LOOKS)("tells a direct way (%s)", async (name, look) => {
    const { a } = await call(await house.pair(), house, look);
    const panel = await openPanel(a);
    await panel.getByText("Direct", { exact: true }).waitFor();
    await allKnown(a);
    expect(await figure(a, "Round trip").textContent()).toMatch(/ms$/u);
    expect(await figure(a, "Bitrate").textContent()).toMatch(/[km]bit\/s$/iu);
    expect(await figure(a, "Picture").textContent()).toMatch(/\d+ × \d+/u);
    await clean(a, "connection panel");
    if (shooting) await shoot(a, `connection-direct-${name}`);
    await a.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await button(a, /^Connection: (?:good|fair|poor)$/u).click();
    await panel.waitFor();
  });

  it("goes on when the network changes, by a new way", async () => {
    const { a, b } = await call(await house.pair(), house);
    await grown(a);
    await a.evaluate(() => window.dispatchEvent(new Event("online")));
    await grown(a);
    await grown(b);
  });

  it("tells that only relays are used with a guest", async () => {
    const pair = await house.pair();
    await makeGuest(house, pair.jonas);
    const { a, b } = await call(pair, house);
    await openPanel(a);
    await panelOf(a).getByText("Relay over UDP").waitFor();
    await panelOf(a)
      .getByText(/only relays are used/u)
      .waitFor();
    await openPanel(b);
    await panelOf(b).getByText("Relay over UDP").waitFor();
    await grown(a);
    await grown(b);
    await clean(a, "connection panel, relayed");
    if (shooting) await shoot(a, "connection-relay-udp-light");
  });
});

describe("a relay that refuses", () => {
  let house: House;

  beforeAll(async () => {
    house = await House.open();
  });
  afterEach(() => house.chromium.sweep());
  afterAll(() => house.close());

  it("is told from one that is away", async () => {
    const pair = await house.pair();
    await makeGuest(house, pair.jonas);
    const b = await house.chromium.page(pair.jonas, pair.path);
    await b.getByRole("feed").waitFor();
    const a = await house.chromium.window(house.server);
    await a.route("**/api/v1/ice", async (route) => {
      const told = await route.fetch();
      const list: Awaited<ReturnType<Api["iceGet"]>> = await told.json();
      const ice_servers = list.ice_servers.map((s) =>
        s.credential ? { ...s, credential: "not the right one" } : s,
      );
      await route.fulfill({ response: told, json: { ...list, ice_servers } });
    });
    await house.chromium.enter(a, pair.mei, pair.path);
    await button(a, "Video call").click();
    await button(b, "Accept with video").click();
    const told = a.getByRole("alert", { name: "No connection" });
    await told.getByText("The relay refused the credentials").waitFor({ timeout: 45_000 });
    await told.getByText(/TURN_SECRET/u).waitFor();
  });
});

describe("a call that cannot connect", () => {
  let house: House;

  beforeAll(async () => {
    house = await House.open(NO_RELAY);
  });
  afterEach(() => house.chromium.sweep());
  afterAll(() => house.close());

  it.each(LOOKS)("says which step failed, and what to do (%s)", async (name, look) => {
    const pair = await house.pair();
    await makeGuest(house, pair.jonas);
    const { a } = await call(pair, house, look);
    const told = a.getByRole("alert", { name: "No connection" });
    await told.getByText("No relay answered").waitFor({ timeout: 40_000 });
    await told.getByText(/convene doctor/u).waitFor();
    await clean(a, "no connection");
    if (shooting) await shoot(a, `connection-failed-${name}`);

    await button(a, "Copy details").click();
    const copied = await a.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("Step: no-server");
    expect(copied).toContain("turn:127.0.0.1:9?transport=tcp");
    expect(copied).not.toContain(NO_RELAY.TURN_SECRET);
    expect(copied).not.toMatch(/credential|username/iu);

    await openPanel(a);
    await panelOf(a).getByText("No connection yet").waitFor();
    await panelOf(a).getByText("not known yet").first().waitFor();
    await button(a, "Close connection").click();
    await button(a, "Try again").click();
    await told.waitFor({ state: "detached" });
    await a.getByText("Connecting…").first().waitFor();
  });
});
