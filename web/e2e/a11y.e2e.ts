import { afterAll, afterEach, beforeAll, describe, it } from "vitest";
import { clean } from "./support/axe";
import { House, PASSWORD } from "./support/house";
import { button, composer } from "./support/screen";
import { type Crowd, crowd } from "./support/talk";

let house: House;
let people: Crowd;

beforeAll(async () => {
  house = await House.open();
  people = await crowd(house.ada);
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

describe.each([{ dark: false }, { dark: true }])("nothing hinders anybody, dark: $dark", (look) => {
  it("on the way in", async () => {
    const page = await house.chromium.window(house.server, look);
    await page.goto("/");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await clean(page, "sign-in");
    await page.goto("/setup#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    await page.getByRole("heading", { name: "Welcome to Convene" }).waitFor();
    await clean(page, "set-up");
    const made = await house.ada.post<{ url: string }>("/invites", {});
    await page.goto(made.body.url);
    await page.getByRole("heading", { name: /^Join/u }).waitFor();
    await clean(page, "invitation");
  });

  it("in chats and settings", async () => {
    const page = await house.chromium.page(house.ada, "/chat", look);
    await page.getByRole("list", { name: "Chats" }).waitFor();
    await clean(page, "chat list");
    await page.goto(`/chat/${people.channel.id}`);
    await page.getByRole("feed").getByText("Perfect, talk to you then").waitFor();
    await clean(page, "conversation");
    await button(page, "New chat").click();
    await page.getByRole("list", { name: "People found" }).waitFor();
    await clean(page, "new chat");
    await page.goto("/settings");
    await page.getByRole("heading", { name: "Devices" }).waitFor();
    await clean(page, "settings");
    await page.goto("/settings/security");
    await page.getByText("This device").waitFor();
    await clean(page, "security");
    await button(page, "Set up an authenticator").click();
    await page.getByRole("textbox", { name: "Your password" }).fill(PASSWORD);
    await button(page, "Next").click();
    await page.getByRole("img", { name: /^QR code/u }).waitFor();
    await clean(page, "authenticator");
    await page.goto("/settings/tokens");
    await page.getByText("You have none.").waitFor();
    await button(page, "New token").click();
    await clean(page, "API tokens");
  });

  it("in calls", async () => {
    const path = `/chat/${people.channel.id}`;
    const a = await house.chromium.page(house.ada, path, look);
    const b = await house.chromium.page(people.of("Mei Ling Tan"), path, look);
    await composer(b).waitFor();
    await button(a, "Video call").click();
    await b.getByRole("alertdialog").waitFor();
    await clean(b, "ring");
    await button(b, "Accept with video").click();
    await a.getByLabel("Mei Ling Tan, video").waitFor();
    await clean(a, "call stage");
    await button(a, "Leave").click();
    await b.getByRole("region", { name: /^Call with/u }).waitFor({ state: "detached" });
    await a.goto("/calls");
    await a.getByRole("list", { name: "Calls" }).getByRole("link").first().click();
    await a.getByRole("heading", { name: "History" }).waitFor();
    await clean(a, "call history");
  });
});
