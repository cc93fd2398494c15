import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { House } from "./support/house";
import { button } from "./support/screen";
import { until } from "./support/until";

let house: House;

beforeAll(async () => {
  house = await House.open();
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

it("puts somebody out who works in another browser, and takes them back", async () => {
  const { mei, path } = await house.pair();
  const theirs = await house.chromium.page(mei, path);
  await theirs.getByRole("textbox", { name: /^Type a message|Message/u }).waitFor();
  const page = await house.chromium.page(house.ada, "/admin/people");
  await page.getByRole("searchbox", { name: "Find by name or address" }).fill(mei.me.name);
  await until(
    "one is found",
    async () =>
      (await page.getByRole("list", { name: "People" }).getByRole("listitem").count()) === 1,
  );
  await button(page, `What to do with ${mei.me.name}`).click();
  await page.getByRole("menuitem", { name: "Deactivate" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
  await theirs.getByLabel("Email").waitFor();
  await page.getByRole("listitem").getByText("Deactivated").waitFor();

  await button(page, `What to do with ${mei.me.name}`).click();
  await page.getByRole("menuitem", { name: "Bring back" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Bring back" }).click();
  await page.getByText("can sign in again").waitFor();
});

it("tells of what was done, and that nobody changed it", async () => {
  const page = await house.chromium.page(house.ada, "/admin/audit");
  await page
    .getByText(/deactivated: Mei/u)
    .first()
    .waitFor();
  await button(page, "Verify").click();
  await page.getByText(/entries are as they were written/u).waitFor();
  await page.getByLabel("Show").selectOption("person.deactivate");
  const log = page.getByRole("list", { name: "Audit log" });
  await until("others are left out", async () => !(await log.getByText("signed in").count()));
});

it("invites somebody as an administrator", async () => {
  const page = await house.chromium.page(house.ada, "/admin/invites");
  await button(page, "New invitation").click();
  await page.getByLabel("They become").selectOption("admin");
  await button(page, "Create link").click();
  const link = await page.getByLabel("Invitation link").inputValue();
  expect(link).toMatch(/\/invite#[\w-]{43}$/u);
  await button(page, "Done").click();
  await page.getByText("For administrators").waitFor();
});

it("is not there for members", async () => {
  const { mei } = await house.pair();
  const page = await house.chromium.page(mei, "/admin/people");
  await page.getByText("There is nothing at this address").waitFor();
});
