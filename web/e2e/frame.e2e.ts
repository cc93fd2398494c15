import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Channel } from "../src/api/gen";
import { House } from "./support/house";
import { button, composer, row } from "./support/screen";
import { until } from "./support/until";

let house: House;

beforeAll(async () => {
  house = await House.open();
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

async function inSight(what: Locator): Promise<void> {
  await what.waitFor();
  const box = await what.boundingBox();
  const view = what.page().viewportSize();
  expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThanOrEqual(view?.height ?? 0);
}

it("says in sight that a dialog could not be fetched, and fetches it at the next try", async () => {
  const page = await house.chromium.page(house.ada, "/chat");
  await button(page, /^Ada/u).waitFor();
  /* Before it is fetched ahead. */
  await page.route(/\/assets\/.*\.js$/u, (route) => route.abort());
  await button(page, /^Ada/u).click();
  await page.getByRole("menuitem", { name: "Invite people" }).click();
  await inSight(page.getByText(/^This could not be loaded/u));
  await page.unroute(/\/assets\/.*\.js$/u);
  await button(page, "Try again").click();
  await page.getByRole("dialog", { name: "Invite people" }).waitFor();
});

it("renames a group by Enter", async () => {
  const { mei, jonas } = await house.pair();
  const group = await mei.post<Channel>("/channels", {
    kind: "group",
    members: [jonas.me.id, house.ada.me.id],
    name: "Lunch",
  });
  const page = await house.chromium.page(mei, `/chat/${group.body.id}`);
  await button(page, "People and options").click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Dinner");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Dinner" }).waitFor();
});

it("leads back to the open chat by the rail", async () => {
  const { mei, jonas, path } = await house.pair();
  const page = await house.chromium.page(mei, path);
  await composer(page).waitFor();
  const apps = page.getByRole("navigation", { name: "Apps" });
  await apps.getByRole("link", { name: "Calls" }).click();
  await apps.getByRole("link", { name: "Chat" }).click();
  await until("the chat is open", () => page.url().endsWith(path));
  expect(await row(page, "Chats", jonas.me.name).getAttribute("aria-current")).not.toBeNull();
});
