import "fake-indexeddb/auto";
import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { App } from "./App";
import { Router } from "./router";
import { Theme } from "./theme";

/* What the links with a secret lead to, by who is signed in. */

class NoLine extends EventTarget {
  send() {}
  close() {}
}

const SECRET = "A".repeat(43);
const me = (role: string) => ({
  id: "1",
  name: "Ada",
  email: "ada@example.org",
  role,
  picture: null,
  presence: null,
  change: 1,
});
const answer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });

let role: string | null;

async function serve(url: string) {
  if (url.endsWith("/me"))
    return role
      ? answer(200, me(role))
      : answer(401, { error: { code: "signed_out", message: "" } });
  if (url.endsWith("/sign-in"))
    return answer(200, { local_accounts: true, mail: false, providers: [] });
  if (url.endsWith("/me/security"))
    return answer(200, { password: true, second_factor: false, recovery_codes: 0, identities: [] });
  if (url.endsWith("/me/sessions")) return answer(200, { sessions: [] });
  if (url.endsWith("/me/tokens")) return answer(200, { tokens: [] });
  if (url.endsWith("/resets/lookup")) return answer(200, { name: "Ada", email: "a@example.org" });
  if (url.endsWith("/guests/lookup"))
    return answer(200, { site: "Northwind", channel: "Launch", inviter: "Ben" });
  return answer(200, { name: "Northwind", setup_needed: false, version: "" });
}

beforeEach(() => {
  vi.stubGlobal("WebSocket", NoLine);
  vi.stubGlobal("fetch", vi.fn(serve));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(path: string, as: string | null): App {
  role = as;
  history.replaceState(null, "", path);
  const app = new App(new Theme(), new Router());
  render(<app.View />);
  app.start();
  return app;
}

it("takes the secret out of the address", () => {
  open(`/guest#${SECRET}`, null);
  expect(location.hash).toBe("");
});

it.each([null, "member", "guest"])("sets a new password for %s", async (as) => {
  open(`/reset#${SECRET}`, as);
  await screen.findByRole("heading", { name: "Set a new password" });
});

it.each([null, "guest"])("offers %s to join as a guest", async (as) => {
  open(`/guest#${SECRET}`, as);
  await screen.findByRole("heading", { name: "Join as a guest" });
});

it("leads a member past a link that is for others, and says so", async () => {
  open(`/guest#${SECRET}`, "member");
  await screen.findByText("You are signed in already: that link is for others.");
  expect(location.pathname).toBe("/chat");
});

it("says to who is signed in why a provider could not be connected", async () => {
  const app = open("/sign-in#problem=connected_elsewhere&provider=oidc", "member");
  await vi.waitFor(() => expect(location.pathname).toBe("/settings/security"), { timeout: 10_000 });
  expect(app.session.problem.value?.code).toBe("connected_elsewhere");
});

it("says that a session was ended from elsewhere, but not after one's own sign-out", async () => {
  const app = open("/chat", "member");
  await vi.waitFor(() => expect(typeof app.session.who.value).not.toBe("string"));
  role = null;
  await app.session.signOut().catch(() => {});
  await screen.findByText("You were signed out.");
  expect(location.pathname, "to come back to").toBe("/chat");
});
