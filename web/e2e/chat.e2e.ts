import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../../tests/api/support/person";
import { Server } from "../../tests/api/support/server";
import { Firefox } from "./support/firefox";
import { House, PASSWORD } from "./support/house";
import { banner, button, composer, message, row, say } from "./support/screen";
import { until } from "./support/until";

let house: House;

beforeAll(async () => {
  house = await House.open();
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

describe("coming in", () => {
  it("leads from the printed link to an invited person's first message", async () => {
    const fresh = await Server.start();
    try {
      const owner = await house.chromium.window(fresh);
      await owner.goto(`/setup#${fresh.setupToken}`);
      await owner.getByLabel("Organisation").fill("Contoso");
      await owner.getByLabel("Your name").fill("Ada Lovelace");
      await owner.getByLabel("Email").fill("ada@example.org");
      await owner.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await button(owner, "Set up").click();

      await button(owner, /^Ada Lovelace/u).click();
      await owner.getByRole("menuitem", { name: "Invite people" }).click();
      await button(owner, "Create invitation link").click();
      const link = await owner.getByLabel("Invitation link").inputValue();
      await owner.keyboard.press("Escape");

      const guest = await house.chromium.window(fresh);
      await guest.goto(link);
      await guest.getByText("Ada Lovelace invites you to Contoso.").waitFor();
      await guest.getByLabel("Your name").fill("Mei Ling");
      await guest.getByLabel("Email").fill("mei@example.org");
      await guest.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await button(guest, "Join").click();
      await guest.getByRole("navigation", { name: "Apps" }).getByText("Teams").click();
      await guest.getByRole("link", { name: /General/u }).click();
      await say(guest, "Good morning, everybody");

      await owner.getByRole("navigation", { name: "Apps" }).getByText("Teams").click();
      await owner.getByRole("link", { name: /General/u }).click();
      await message(owner, "Good morning, everybody").waitFor();
    } finally {
      await house.chromium.sweep();
      await fresh.stop();
    }
  });

  it("signs in and out by the page, and says what is wrong", async () => {
    const { mei } = await house.pair();
    const page = await house.chromium.window(house.server);
    await page.goto("/");
    await page.getByLabel("Email").fill(mei.me.email);
    await page.getByRole("textbox", { name: "Password" }).fill("not this one at all");
    await button(page, "Sign in").click();
    await page.getByRole("alert").waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await button(page, "Sign in").click();
    await page.getByRole("heading", { name: "Chat" }).waitFor();
    await button(page, new RegExp(`^${mei.me.name}`, "u")).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("an address that leads nowhere", () => {
  it("gets a page that says so, with the status of nothing", async () => {
    const { mei } = await house.pair();
    const page = await house.chromium.page(mei, "/chat");
    expect((await page.goto("/people"))?.status()).toBe(404);
    await page.getByText("There is nothing at this address").waitFor();
    await page.getByRole("link", { name: "Go to Chat" }).click();
    await page.getByRole("heading", { name: "Chat" }).waitFor();
  });
});

describe("on a tablet", () => {
  it("has the list over the conversation, until something is chosen or it is closed", async () => {
    const { mei, jonas, path } = await house.pair();
    const other = await mei.direct(house.ada);
    await mei.send(other.id, "Good morning");
    const page = await house.chromium.page(mei, path);
    await page.setViewportSize({ width: 768, height: 900 });
    const open = button(page, "List");
    await row(page, "Chats", jonas.me.name).waitFor({ state: "hidden" });
    await open.click();
    await until("the open chat has the focus", () =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-current") === "true"),
    );
    await page.keyboard.press("Escape");
    await row(page, "Chats", jonas.me.name).waitFor({ state: "hidden" });
    await open.click();
    await row(page, "Chats", house.ada.me.name).click();
    await message(page, "Good morning").waitFor();
    await row(page, "Chats", jonas.me.name).waitFor({ state: "hidden" });
  });
});

/** Two write in turn, so that nobody writes too much at a time. */
async function fill(channel: string, people: readonly Person[], count: number): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const answer = await people[i % people.length]?.send(channel, `Line number ${i}.`);
    expect(answer?.status).toBe(201);
  }
}

describe("writing", () => {
  it("brings a message at once, with typing, presence, unread counts and the last-read line", async () => {
    const { mei, jonas, path } = await house.pair();
    const a = await house.chromium.page(mei, path);
    const b = await house.chromium.page(jonas, "/calls");
    await a
      .getByRole("button", { name: /Available/u })
      .filter({ hasText: jonas.me.name })
      .waitFor();

    await say(a, "Shall we meet at ten?");
    await say(a, "I booked the small room");
    await message(a, "I booked the small room").getByText("Sent", { exact: true }).waitFor();
    await until(
      "the title counts",
      () => b.title(),
      (t) => /^\(\d+\) Convene$/u.test(t),
    );
    await b.getByRole("navigation", { name: "Apps" }).getByText("Chat").click();
    await row(b, "Chats", mei.me.name)
      .getByText(/unread/u)
      .waitFor({ state: "attached" });
    await row(b, "Chats", mei.me.name).click();
    await message(b, "Shall we meet at ten?").waitFor();
    await b.getByText("Last read").waitFor();
    await until(
      "the title is quiet",
      () => b.title(),
      (t) => t === "Convene",
    );

    await composer(b).pressSequentially("Ten is");
    await a.getByRole("feed").waitFor();
    await a
      .getByText(`${jonas.me.name.split(" ")[0]} is typing…`)
      .first()
      .waitFor();
    await composer(b).fill("Ten is good");
    await composer(b).press("Enter");
    await message(a, "Ten is good").waitFor();

    await button(b, /^Jonas Berg.*, Available$/u).click();
    await b.getByRole("menuitemradio", { name: "Do not disturb" }).click();
    await a.getByRole("button", { name: /Do not disturb/u }).waitFor();
  });

  it("is done by the keyboard alone", async () => {
    const { mei, jonas } = await house.pair();
    const a = await house.chromium.page(mei);
    await row(a, "Chats", jonas.me.name).waitFor();
    await a.keyboard.press("Alt+n");
    await a.getByRole("dialog", { name: "New chat" }).waitFor();
    await a.keyboard.type(jonas.me.email);
    await a.getByRole("list", { name: "People found" }).getByText(jonas.me.name).waitFor();
    await until(
      "only one is found",
      () => a.getByRole("list", { name: "People found" }).getByRole("button").count(),
      (n) => n === 1,
    );
    await a.keyboard.press("Tab");
    await a.keyboard.press("Enter");
    await button(a, `Remove ${jonas.me.name}`).waitFor();
    const start = button(a, "Start chat");
    for (let i = 0; i < 20; i++) {
      if (await start.evaluate((el) => el === document.activeElement)) break;
      await a.keyboard.press("Tab");
    }
    await a.keyboard.press("Enter");
    await until("the compose box has the focus", () =>
      composer(a).evaluate((el) => el === document.activeElement),
    );
    await a.keyboard.type("Written without a mouse");
    await a.keyboard.press("Enter");
    await message(a, "Written without a mouse").waitFor();
    await a.keyboard.type("And another");
    await a.keyboard.press("Enter");
    await message(a, "And another").getByText("Sent").waitFor({ state: "attached" });
    await a.keyboard.press("Shift+Tab");
    await until("the newest message has the focus", () =>
      message(a, "And another").evaluate((el) => el === document.activeElement),
    );
  });

  it("pages back through a long history", async () => {
    const { mei, jonas, channel, path } = await house.pair();
    await fill(channel.id, [mei, jonas], 90);
    const b = await house.chromium.page(jonas, path);
    await message(b, "Line number 90.").waitFor();
    expect(await message(b, "Line number 1.").count()).toBe(0);
    await until("the first line is reached", async () => {
      await b.getByRole("feed").hover();
      await b.mouse.wheel(0, -4000);
      return message(b, "Line number 1.").count();
    });
  });
});

describe("Chromium and Firefox", () => {
  it("write to each other", async () => {
    const { mei, jonas, path } = await house.pair();
    const firefox = await Firefox.start(jonas, path);
    try {
      const a = await house.chromium.page(mei, path);
      await say(a, "Hello from Chromium");
      await firefox.reads("[role=feed]", "Hello from Chromium");
      await firefox.say("Hello from Firefox");
      await message(a, "Hello from Firefox").waitFor();
    } finally {
      await firefox.stop();
    }
  });
});

/** The server is down meanwhile, and back whatever happens. */
async function away(meanwhile: () => Promise<void>): Promise<void> {
  await house.server.end();
  try {
    await meanwhile();
  } finally {
    await house.server.again();
  }
}

describe("a bad line", () => {
  it("keeps what was written through a restart of the server", async () => {
    const { mei, jonas, path } = await house.pair();
    const a = await house.chromium.page(mei, path);
    const b = await house.chromium.page(jonas, path);
    await say(a, "Before the restart");
    await message(b, "Before the restart").waitFor();
    await away(async () => {
      await banner(a).waitFor();
    });
    await banner(a).waitFor({ state: "detached" });
    await say(a, "After the restart");
    await message(b, "After the restart").waitFor();
    expect(await message(b, "Before the restart").count()).toBe(1);
  });

  it("sends what was written offline once, even over a reload", async () => {
    const { mei, jonas, channel, path } = await house.pair();
    const a = await house.chromium.page(mei, path);
    const b = await house.chromium.page(jonas, path);
    await a.getByRole("feed").waitFor();
    await b.getByRole("feed").waitFor();
    const waiting = message(a, "Written on the train").getByText("Sending", { exact: true });
    await away(async () => {
      await banner(a).waitFor();
      await say(a, "Written on the train");
      await waiting.waitFor();
    });
    /* The server is back, but the road to it is not, until the page has been loaded anew. */
    await a.route("**/messages", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await a.reload();
    await waiting.waitFor();
    await a.unroute("**/messages");
    await message(b, "Written on the train").waitFor();
    await message(a, "Written on the train").getByText("Sent", { exact: true }).waitFor();
    const stored = await jonas.get<{ messages: { body: string }[] }>(
      `/channels/${channel.id}/messages`,
    );
    expect(stored.body.messages.filter((m) => m.body === "Written on the train")).toHaveLength(1);
    expect(await message(a, "Written on the train").count()).toBe(1);
    expect(await message(b, "Written on the train").count()).toBe(1);
  });

  it("tells that it is offline", async () => {
    const { mei, path } = await house.pair();
    const a = await house.chromium.page(mei, path);
    await a.getByRole("feed").waitFor();
    await away(async () => {
      await a.context().setOffline(true);
      await a.getByText("You are offline.").waitFor();
    });
    await a.context().setOffline(false);
    await banner(a).waitFor({ state: "detached" });
  });

  it("offers to send again what was refused", async () => {
    const { mei, jonas, path } = await house.pair();
    const a = await house.chromium.page(mei, path);
    await a.getByRole("feed").waitFor();
    await a.route("**/messages", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({
            status: 403,
            json: { error: { code: "forbidden", message: "You may not write here." } },
          })
        : route.continue(),
    );
    await say(a, "Second time lucky");
    await message(a, "Second time lucky")
      .getByText(/Not sent/u)
      .first()
      .waitFor();
    await a.unroute("**/messages");
    await button(a, "Retry").click();
    await message(a, "Second time lucky").getByText("Sent", { exact: true }).waitFor();
    const b = await house.chromium.page(jonas, path);
    await message(b, "Second time lucky").waitFor();
  });
});
