import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { invited, type Person, setUp } from "../../tests/api/support/person";
import { Server } from "../../tests/api/support/server";
import type { Me } from "../src/api/gen";
import { Chromium } from "./support/chromium";
import { PASSWORD } from "./support/house";
import { CLIENT, consent, Idp } from "./support/provider";
import { button } from "./support/screen";

/* The program, a real provider and a real browser between them. */

let idp: Idp;
let server: Server;
let chromium: Chromium;
let ada: Person;

beforeAll(async () => {
  idp = await Idp.reserve();
  [server, chromium] = await Promise.all([
    Server.start({
      env: {
        SESSION_SECRET: "for-tests-alone-for-tests-alone-1",
        ALLOWED_PEERS: "127.0.0.1,::1",
        OIDC_ISSUER: idp.url,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_CLIENT_SECRET: CLIENT.secret,
        OIDC_NAME: "Corp",
        OIDC_DOMAINS: "corp.example",
      },
    }),
    Chromium.start(),
  ]);
  await idp.start(`${server.url}/api/v1/oidc/oidc/callback`);
  ada = await setUp(server);
});
afterEach(() => chromium.sweep());
afterAll(async () => {
  await chromium.stop();
  await server.stop();
  await idp.stop();
});

async function signIn(name: string): Promise<Page> {
  const page = await chromium.window(server);
  await page.goto("/sign-in");
  await button(page, "Sign in with Corp").click();
  await consent(page, name);
  await page.waitForURL(/\/chat/u);
  return page;
}

const me = async (page: Page) => (await (await page.request.get("/api/v1/me")).json()) as Me;

/** With the password that proves who asks. */
async function connect(page: Page): Promise<void> {
  await button(page, "Connect Corp").click();
  await page.getByLabel("Your password").fill(PASSWORD);
  await button(page, "Continue").click();
}

describe("a provider", () => {
  it("brings one in, and the next time to the same account", async () => {
    const first = await me(await signIn("grace"));
    expect(first).toMatchObject({
      name: "Grace Corp",
      email: "grace@corp.example",
      role: "member",
    });
    expect((await me(await signIn("grace"))).id).toBe(first.id);
    expect((await me(await signIn("linus"))).id).not.toBe(first.id);
  });

  it("remembers one: the second sign-in in a browser asks nothing", async () => {
    const page = await signIn("edsger");
    const before = await me(page);
    await page.context().clearCookies({ name: "convene" });
    await page.goto("/sign-in");
    await button(page, "Sign in with Corp").click();
    await page.waitForURL(/\/chat/u);
    expect((await me(page)).id).toBe(before.id);
  });

  it("changes its keys, and one still comes in", async () => {
    const before = await me(await signIn("barbara"));
    await idp.stop();
    await idp.start();
    expect((await me(await signIn("barbara"))).id).toBe(before.id);
  });

  it("is connected to an account that is there, opens it, and is removed again", async () => {
    const mei = await invited(ada, "Mei Ling");
    const page = await chromium.page(mei, "/settings/security");
    await connect(page);
    await consent(page, "mei");
    await page.waitForURL(/\/settings\/security/u);
    const list = page.getByRole("list", { name: "Connected accounts" });
    await list.getByText("mei@corp.example").waitFor();
    expect((await me(await signIn("mei"))).id).toBe(mei.me.id);

    /* The same account elsewhere cannot be connected to a second one here. */
    const jonas = await invited(ada, "Jonas Berg");
    const other = await chromium.page(jonas, "/settings/security");
    await connect(other);
    await consent(other, "mei");
    await other.getByText("This account of Corp belongs to another account here.").waitFor();
    expect(other.url()).toMatch(/\/settings\/security$/u);

    await button(page, "Remove Corp").click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await button(page, "Connect Corp").waitFor();
  });

  it("takes an invitation", async () => {
    const link = await ada.post<{ url: string }>("/invites", {});
    const page = await chromium.window(server);
    await page.goto(link.body.url);
    await button(page, "Continue with Corp").click();
    await consent(page, "alan");
    await page.waitForURL(/\/chat/u);
    expect(await me(page)).toMatchObject({ name: "Alan Corp", role: "member" });
  });

  it("brings one back to where one wanted to go", async () => {
    const page = await chromium.window(server);
    await page.goto("/calls");
    await button(page, "Sign in with Corp").click();
    await page.getByText("Cancel").click();
    await page.getByText("You cancelled at Corp.").waitFor();
    await button(page, "Sign in with Corp").click();
    await consent(page, "katherine");
    await page.waitForURL(/\/calls$/u);
  });

  it("leads back when one says no", async () => {
    const page = await chromium.window(server);
    await page.goto("/sign-in");
    await button(page, "Sign in with Corp").click();
    await page.getByText("Cancel").click();
    await page.getByText("You cancelled at Corp.").waitFor();
    expect((await page.request.get("/api/v1/me")).status()).toBe(401);
  });

  it("that is away leaves the password as a way in", async () => {
    await idp.stop();
    /* A trial forgets the configuration; else the browser itself would find nobody there. */
    await ada.post("/admin/providers/oidc/test", {});
    const page = await chromium.window(server);
    await page.goto("/sign-in");
    await button(page, "Sign in with Corp").click();
    await page.getByText("The provider does not answer.").waitFor();
    await page.getByLabel("Email").fill(ada.me.email);
    await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await button(page, "Sign in").click();
    await page.waitForURL(/\/chat/u);
    expect((await me(page)).id).toBe(ada.me.id);
    await idp.start();
  });
});
