import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../../tests/api/support/person";
import { House, PASSWORD } from "./support/house";
import { button } from "./support/screen";
import { codeOf } from "./support/totp";
import { until } from "./support/until";

const NEW_PASSWORD = "a horse that corrects batteries";

let house: House;

beforeAll(async () => {
  house = await House.open();
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

const field = (page: Page, name: string) => page.getByRole("textbox", { name, exact: true });
const devices = (page: Page) =>
  page.getByRole("list", { name: "Where you are signed in" }).getByRole("listitem");
const isIn = (page: Page) => page.getByRole("heading", { name: "Chat", exact: true }).waitFor();
const isOut = (page: Page) => page.getByRole("heading", { name: "Sign in" }).waitFor();

/** By the page, with address and password, in a window of its own. */
async function signIn(person: Person, password = PASSWORD): Promise<Page> {
  const page = await house.chromium.window(house.server);
  await page.goto("/");
  await field(page, "Email").fill(person.me.email);
  await field(page, "Password").fill(password);
  await button(page, "Sign in").click();
  return page;
}

async function security(person: Person): Promise<Page> {
  const page = await house.chromium.page(person, "/settings/security");
  await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
  return page;
}

describe("an authenticator", () => {
  it("is set up in the page, then asked for; a recovery code stands in for it once", async () => {
    const { mei } = await house.pair();
    const page = await security(mei);
    await button(page, "Set up an authenticator").click();
    await field(page, "Your password").fill(PASSWORD);
    await button(page, "Next").click();
    await page.getByRole("img", { name: /^QR code/u }).waitFor();
    const secret = await page.getByRole("dialog").locator("code").innerText();
    await field(page, "Six-digit code").fill(codeOf(secret));
    await button(page, "Switch it on").click();
    const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
    await codes.first().waitFor();
    const kept = await codes.allInnerTexts();
    expect(kept).toHaveLength(10);
    await button(page, "I have kept them").click();
    await page.getByText(/10 recovery codes are left/u).waitFor();

    const phone = await signIn(mei);
    await field(phone, "Six-digit code").fill("000000");
    await button(phone, "Sign in").click();
    await phone.getByText(/^This code is wrong/u).waitFor();
    /* The code of now was taken by the set-up, and none is taken twice. */
    await field(phone, "Six-digit code").fill(codeOf(secret, 1));
    await button(phone, "Sign in").click();
    await isIn(phone);

    const lost = await signIn(mei);
    await button(lost, "Use a recovery code instead").click();
    await field(lost, "Recovery code").fill(kept[0] ?? "");
    await button(lost, "Sign in").click();
    await isIn(lost);
    const again = await signIn(mei);
    await button(again, "Use a recovery code instead").click();
    await field(again, "Recovery code").fill(kept[0] ?? "");
    await button(again, "Sign in").click();
    await again.getByText(/^This code is wrong/u).waitFor();
  });
});

describe("devices", () => {
  it("are listed, and ended from another one within a second", async () => {
    const { mei } = await house.pair();
    const lost = await signIn(mei);
    await isIn(lost);
    const here = await signIn(mei);
    await isIn(here);
    await here.goto("/settings/security");
    await devices(here).first().getByText("This device").waitFor();
    await devices(here).first().getByText("Chrome on Linux").waitFor();
    /* The invitation's sign-in, and the one that is lost; the newest use is first. */
    await until(
      "three devices",
      () => devices(here).count(),
      (n) => n === 3,
    );
    await devices(here).nth(1).getByRole("button", { name: /^End/u }).click();
    await button(here, "End").click();
    const began = Date.now();
    await isOut(lost);
    expect(Date.now() - began).toBeLessThan(2000);
    await lost.getByText("You were signed out.").waitFor();
    await until(
      "two devices",
      () => devices(here).count(),
      (n) => n === 2,
    );

    const other = await signIn(mei);
    await isIn(other);
    await here.reload();
    await button(here, "End all others").click();
    await here.getByRole("dialog").getByRole("button", { name: "End all others" }).click();
    await isOut(other);
    await here.getByText("You are signed in nowhere else.").waitFor();
    await here.reload();
    await here.getByText("This device").waitFor();
  });

  it("are signed out by a change of the password, but not this one", async () => {
    const { jonas } = await house.pair();
    const other = await signIn(jonas);
    await isIn(other);
    const here = await security(jonas);
    await button(here, "Change password").click();
    const dialog = here.getByRole("dialog");
    await field(here, "Current password").fill("not this one at all");
    await field(here, "New password").fill(NEW_PASSWORD);
    await dialog.getByRole("button", { name: "Change password" }).click();
    await here.getByText("This is not your password.").waitFor();
    await field(here, "Current password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Change password" }).click();
    await dialog.waitFor({ state: "detached" });
    await isOut(other);
    await here.getByText("You are signed in nowhere else.").waitFor();
    await here.goto("/chat");
    await isIn(here);
    await isIn(await signIn(jonas, NEW_PASSWORD));
  });
});

describe("a forgotten password", () => {
  it("is replaced by an administrator's link, which works once and ends all devices", async () => {
    const { mei } = await house.pair();
    const old = await house.chromium.page(mei, "/chat");
    await isIn(old);
    const page = await house.chromium.window(house.server);
    await page.goto("/");
    await button(page, "Forgot password?").click();
    await page.getByText(/^Ask an administrator/u).waitFor();
    const made = await house.ada.post<{ url: string }>(`/admin/people/${mei.me.id}/reset`, {});
    expect(made.status).toBe(201);
    await page.goto(made.body.url);
    await page.getByText(`for ${mei.me.name}, ${mei.me.email}`).waitFor();
    expect(page.url(), "the secret is out of the address").not.toContain("#");
    await field(page, "New password").fill("short");
    await button(page, "Set password").click();
    await page.getByText("Use 12 characters or more, and not only blanks.").waitFor();
    await field(page, "New password").fill(NEW_PASSWORD);
    await button(page, "Set password").click();
    await page.getByRole("heading", { name: "Your password is set" }).waitFor();
    await isOut(old);
    await page.getByRole("link", { name: "Go to sign-in" }).click();
    await isOut(page);
    await isIn(await signIn(mei, NEW_PASSWORD));
    await page.goto(made.body.url);
    await page.getByRole("heading", { name: "This link is no longer good" }).waitFor();
  });
});

describe("an API token", () => {
  it("is shown once, speaks for its owner, and opens nothing once it is ended", async () => {
    const { mei } = await house.pair();
    const page = await house.chromium.page(mei, "/settings/tokens");
    await page.getByText("You have none.").waitFor();
    await button(page, "New token").click();
    await field(page, "What is it for?").fill("Build server");
    await button(page, "Create").click();
    const secret = await field(page, "Token").inputValue();
    const ask = () =>
      fetch(`${house.server.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await ask()).status).toBe(200);
    await button(page, "I have kept it").click();
    await button(page, "End Build server").click();
    await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
    await page.getByText("You have none.").waitFor();
    await until(
      "the token is refused",
      async () => (await ask()).status,
      (s) => s === 401,
    );
  });
});
