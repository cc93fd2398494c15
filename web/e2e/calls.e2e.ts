import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, it } from "vitest";
import { Firefox } from "./support/firefox";
import { House } from "./support/house";
import type { Heard } from "./support/probe";
import { button, row } from "./support/screen";
import { until } from "./support/until";

let house: House;

beforeAll(async () => {
  house = await House.open();
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

const ring = (page: Page, name: string) =>
  page.getByRole("alertdialog", { name: new RegExp(`from ${name}`, "u") });
const stage = (page: Page, name: string) => page.getByRole("region", { name: `Call with ${name}` });
const heard = (page: Page) => page.evaluate(() => window.heard());
const line = (page: Page, text: string | RegExp) =>
  page.getByRole("feed").getByRole("article").filter({ hasText: text });

/** Pictures and sound go on coming. */
async function grows(what: string, ask: () => Promise<Heard>): Promise<void> {
  const before = await ask();
  await until(
    `${what} sees and hears more`,
    ask,
    (now) => now.frames > before.frames + 2 && now.energy > before.energy,
    30_000,
  );
}

/** The elapsed time stands on the stage once both are there. */
const connected = (page: Page, name: string) =>
  stage(page, name)
    .getByText(/^\d+:\d\d/u)
    .first()
    .waitFor();

async function calling(video = true) {
  const pair = await house.pair();
  const a = await house.chromium.page(pair.mei, pair.path);
  const b = await house.chromium.page(pair.jonas, pair.path);
  await b.getByRole("feed").waitFor();
  await button(a, video ? "Video call" : "Audio call").click();
  await ring(b, pair.mei.me.name).waitFor();
  return { ...pair, a, b, meiName: pair.mei.me.name, jonasName: pair.jonas.me.name };
}

async function talking() {
  const call = await calling();
  await button(call.b, "Accept with video").click();
  await connected(call.a, call.jonasName);
  await connected(call.b, call.meiName);
  return call;
}

describe("a call", () => {
  it("carries picture and sound, and leaves its line and its entry", async () => {
    const { a, b, meiName, jonasName, path } = await talking();
    await grows("the caller", () => heard(a));
    await grows("the callee", () => heard(b));

    await button(a, "Mute mic").click();
    await stage(b, meiName).getByText("Muted:", { exact: true }).waitFor();
    await b.getByLabel(`${meiName}, video`).waitFor();
    await button(a, "Turn camera off").click();
    await b.getByLabel(`${meiName}, video`).waitFor({ state: "detached" });
    await button(a, "Turn camera on").click();
    await b.getByLabel(`${meiName}, video`).waitFor();

    await button(a, "Leave").click();
    for (const [page, name] of [
      [a, jonasName],
      [b, meiName],
    ] as const) {
      await stage(page, name).waitFor({ state: "detached" });
      await page.goto(path);
      await line(page, /Call ended/u).waitFor();
      await page.goto("/calls");
      await row(page, "Calls", name).waitFor();
    }
    await row(a, "Calls", jonasName)
      .getByText(/^Outgoing video call/u)
      .waitFor();
    await row(b, "Calls", meiName)
      .getByText(/^Incoming video call/u)
      .waitFor();
  });

  it("connects Chromium and Firefox", async () => {
    const { mei, jonas, path } = await house.pair();
    const firefox = await Firefox.start(jonas, path);
    try {
      const a = await house.chromium.page(mei, path);
      await firefox.page.waitForSelector("#composer");
      await button(a, "Video call").click();
      await firefox.click("Accept with video");
      await connected(a, jonas.me.name);
      await grows("Chromium", () => heard(a));
      await grows("Firefox", () => firefox.heard());
      await firefox.click("Leave");
      await stage(a, jonas.me.name).waitFor({ state: "detached" });
      await line(a, /Call ended/u).waitFor();
    } finally {
      await firefox.stop();
    }
  });

  it("goes on without the camera when that is refused", async () => {
    const { mei, jonas, path } = await house.pair();
    const a = await house.chromium.page(mei, path, { cameraRefused: true });
    const b = await house.chromium.page(jonas, path);
    await b.getByRole("feed").waitFor();
    await button(a, "Video call").click();
    await a.getByText("The browser did not allow the camera.").waitFor();
    await button(b, "Accept with audio").click();
    await connected(a, jonas.me.name);
    await until(
      "the callee hears",
      () => heard(b),
      (h) => h.energy > 0,
      30_000,
    );
  });
});

describe("a ring", () => {
  it("is declined", async () => {
    const { a, b, meiName, jonasName } = await calling(false);
    await button(b, "Decline").click();
    await ring(b, meiName).waitFor({ state: "detached" });
    await a.getByText(`${jonasName} cannot take the call now.`).waitFor();
    await line(a, "Call declined").waitFor();
  });

  it("is missed when the caller gives up", async () => {
    const { a, b, meiName } = await calling();
    await button(a, "Leave").click();
    await ring(b, meiName).waitFor({ state: "detached" });
    await line(b, "Missed call").waitFor();
    const apps = b.getByRole("navigation", { name: "Apps" });
    await apps.getByText(/missed/u).waitFor({ state: "attached" });
    await apps.getByText("Calls").click();
    await row(b, "Calls", meiName).getByText("Missed video call").waitFor();
    await apps.getByText(/missed/u).waitFor({ state: "detached" });
  });

  it("falls silent on the other pages of who has answered", async () => {
    const { jonas, meiName, b, path } = await calling();
    const other = await house.chromium.page(jonas, path);
    await ring(other, meiName).waitFor();
    await button(b, "Accept with audio").click();
    await ring(other, meiName).waitFor({ state: "detached" });
    await connected(b, meiName);
    await other.getByText(/on another page/u).waitFor();
  });

  it("becomes one call when both call at once", async () => {
    const { mei, jonas, path } = await house.pair();
    const a = await house.chromium.page(mei, path);
    const b = await house.chromium.page(jonas, path);
    await Promise.all([button(a, "Video call").waitFor(), button(b, "Video call").waitFor()]);
    await Promise.all([button(a, "Video call").click(), button(b, "Video call").click()]);
    await Promise.all([connected(a, jonas.me.name), connected(b, mei.me.name)]);
    await grows("one", () => heard(a));
    await grows("the other", () => heard(b));
  });
});

describe("in a call", () => {
  it("comes back after a reload", async () => {
    const { a, b, meiName, jonasName } = await talking();
    await b.reload();
    await b.getByText(`You were in a call with ${meiName}.`).waitFor();
    await button(b, "Rejoin").click();
    await connected(b, meiName);
    await stage(a, jonasName).waitFor();
    await grows("who came back", () => heard(b));
    await grows("who had stayed", () => heard(a));
  });

  it("ends for the other when one signs out", async () => {
    const { a, b, jonas, jonasName } = await talking();
    await jonas.call("DELETE", "/api/v1/session", undefined, { origin: house.server.url });
    await b.getByRole("heading", { name: "Sign in" }).waitFor();
    await stage(a, jonasName).waitFor({ state: "detached" });
  });
});
