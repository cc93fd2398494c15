import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Channel, GuestLinkCreateReply } from "../src/api/gen";
import { House } from "./support/house";
import { button, message, say } from "./support/screen";

let house: House;

beforeAll(async () => {
  house = await House.open();
});
afterEach(() => house.chromium.sweep());
afterAll(() => house.close());

it("lets a guest into one conversation by a name, until the link is withdrawn", async () => {
  const { mei, jonas } = await house.pair();
  const made = await mei.post<Channel>("/channels", {
    kind: "group",
    members: [jonas.me.id, house.ada.me.id],
    name: "Launch",
  });
  const group = made.body.id;
  const link = await mei.post<GuestLinkCreateReply>(`/channels/${group}/guest-links`, {});
  expect(link.status).toBe(201);

  const guest = await house.chromium.window(house.server);
  await guest.goto(link.body.url);
  await guest.getByText(`${mei.me.name} invites you to Launch`).waitFor();
  expect(guest.url(), "the secret is out of the address").not.toContain("#");
  await guest.getByLabel("Your name").fill("Grace Hopper");
  await button(guest, "Join").click();
  /* They came for one conversation, so that is what opens. */
  await say(guest, "Hello from outside");

  const host = await house.chromium.page(mei, `/chat/${group}`);
  await message(host, "Hello from outside").waitFor();
  await host.getByText("Grace Hopper (Guest)", { exact: true }).first().waitFor();
  await guest.goto("/settings/security");
  await guest.getByText("This device").waitFor();
  await guest.getByRole("heading", { name: "Password" }).waitFor({ state: "detached" });

  const ended = await mei.call(
    "DELETE",
    `/api/v1/channels/${group}/guest-links/${link.body.link.id}`,
  );
  expect(ended.status).toBe(204);
  await guest.getByText("Your visit has ended.").waitFor();
  await guest.goto(link.body.url);
  await guest.getByRole("heading", { name: "This link is no longer good" }).waitFor();
});

it("makes a link for guests and a moderator where the people of a group are", async () => {
  const { mei, jonas } = await house.pair();
  const made = await mei.post<Channel>("/channels", {
    kind: "group",
    members: [jonas.me.id, house.ada.me.id],
    name: "Board",
  });
  const page = await house.chromium.page(mei, `/chat/${made.body.id}`);
  const menu = async (item: string) => {
    await button(page, "People and options").click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };
  await menu("Guests");
  await button(page, "Create guest link").click();
  const url = await page.getByLabel("Guest link").inputValue();
  await button(page, "Close").click();

  const guest = await house.chromium.window(house.server, { phone: true });
  await guest.goto(url);
  await guest.getByLabel("Your name").fill("Grace Hopper");
  await button(guest, "Join").click();
  await guest.getByRole("link", { name: "Back to the list" }).click();
  await guest.getByText("You are a guest").waitFor();
  expect(await guest.getByRole("button", { name: "New chat" }).count()).toBe(0);
  expect(await guest.getByRole("searchbox").count()).toBe(0);

  await menu("People");
  await page.getByText("Guest", { exact: true }).waitFor();
  await button(page, `What to do with ${jonas.me.name}`).click();
  await page.getByRole("menuitem", { name: "Make moderator" }).click();
  await page.getByText("Moderator", { exact: true }).nth(1).waitFor();
  await button(page, "What to do with Grace Hopper").click();
  await page.getByRole("menuitem", { name: "Take out of the group" }).click();
  await button(page, "Take out").click();
  await guest.getByText("No chats yet").waitFor();
});
