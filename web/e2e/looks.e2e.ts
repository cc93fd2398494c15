import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../../tests/api/support/person";
import { House, PASSWORD } from "./support/house";
import { button, composer } from "./support/screen";
import { shoot, shooting } from "./support/shoot";
import { type Crowd, crowd } from "./support/talk";
import { until } from "./support/until";

/* Nobody goes there: its button is looked at. */
const GOOGLE = {
  GOOGLE_CLIENT_ID: "convene.apps.googleusercontent.com",
  GOOGLE_CLIENT_SECRET: "a-secret-for-tests-alone",
};

let house: House;
let people: Crowd;

beforeAll(async () => {
  house = await House.open(GOOGLE);
  people = await crowd(house.ada);
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

const chatPath = () => `/chat/${people.channel.id}`;

async function talk(look: { dark?: boolean; phone?: boolean }): Promise<Page> {
  /* Somebody is there, so that dots are not all the same. */
  for (const name of ["Mei Ling Tan", "Jonas Berg", "Priya Nair"] as const)
    await house.chromium.page(people.of(name), "/calls");
  await people.of("Jonas Berg").put("/me/presence", { state: "busy" });
  const page = await house.chromium.page(house.ada, chatPath(), look);
  await page.getByRole("feed").getByText("Perfect, talk to you then").waitFor();
  await page
    .getByRole("button", { name: /Mei Ling Tan/u })
    .getByText("Available")
    .waitFor();
  return page;
}

/** Another device in the list. */
async function signedInOnPhone(person: Person): Promise<void> {
  const { server, me } = person;
  const answer = await fetch(`${server.url}/api/v1/session`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent":
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    },
    body: JSON.stringify({ email: me.email, password: PASSWORD }),
  });
  expect(answer.status).toBe(201);
}

describe.runIf(shooting)("pictures for the documents", () => {
  it("of a chat, light and dark", async () => {
    await shoot(await talk({}), "chat-light");
    await shoot(await talk({ dark: true }), "chat-dark");
  });

  it("on a phone", async () => {
    const page = await talk({ phone: true });
    await shoot(page, "phone-chat");
    await page.goto("/chat");
    await page.getByRole("list", { name: "Chats" }).getByText("Jonas Berg").waitFor();
    await shoot(page, "phone-list");
  });

  it("of the way in", async () => {
    const page = await house.chromium.window(house.server);
    await page.goto("/");
    await button(page, "Sign in with Google").waitFor();
    await page.getByLabel("Email").fill("ada@example.org");
    await shoot(page, "sign-in");
  });

  it("of one's security, and on a phone", async () => {
    await signedInOnPhone(house.ada);
    for (const phone of [false, true]) {
      const page = await house.chromium.window(house.server, { phone });
      await page.goto("/settings/security");
      await page.getByLabel("Email").fill(house.ada.me.email);
      await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
      await button(page, "Sign in").click();
      await page.getByText("This device").waitFor();
      if (phone)
        await page.getByRole("heading", { name: "Connected accounts" }).scrollIntoViewIfNeeded();
      await shoot(page, phone ? "phone-security" : "security");
    }
  });

  it("of administration, and on a phone", async () => {
    for (const phone of [false, true]) {
      const page = await house.chromium.page(house.ada, "/admin/people", { phone });
      await page.getByRole("list", { name: "People" }).getByText("Jonas Berg").waitFor();
      await shoot(page, phone ? "phone-people" : "people");
      if (phone) continue;
      await page.goto("/admin/audit");
      await page.getByRole("list", { name: "Audit log" }).waitFor();
      await shoot(page, "audit");
    }
  });

  it("of a call", async () => {
    const a = await house.chromium.page(house.ada, chatPath(), {
      sitter: ["#9fb4c7", "#e8b796", "#4a2c1a", "#5b5fc7"],
    });
    const b = await house.chromium.page(people.of("Mei Ling Tan"), chatPath(), {
      sitter: ["#c9a98b", "#f0c8a4", "#1d1a1a", "#2f7d6b"],
    });
    await composer(b).waitFor();
    await button(a, "Video call").click();
    await button(b, "Accept with video").click();
    await a.getByLabel("Mei Ling Tan, video").waitFor();
    await until(
      "the picture moves",
      () => a.evaluate(() => window.heard()),
      (h) => h.frames > 20,
    );
    await shoot(a, "call");
    await button(a, "Leave").click();
  });
});
