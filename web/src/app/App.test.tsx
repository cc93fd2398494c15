import "fake-indexeddb/auto";
import { render } from "@testing-library/preact";
import { afterEach, expect, it, vi } from "vitest";
import { App } from "./App";
import { Router } from "./router";
import { Theme } from "./theme";

const person = (id: string, name: string) => ({
  id,
  name,
  email: `${name}@example.org`,
  role: "member",
  presence: null,
  change: 1,
});

/** A line that never comes, so that no word of the server ends anything. */
const lines: string[] = [];
class NoLine extends EventTarget {
  constructor(url: string) {
    super();
    lines.push(url);
  }
  send() {}
  close() {}
}

function answer(status: number, body: unknown) {
  return new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });
}

let who: ReturnType<typeof person> | null;

async function serve(url: string, init: RequestInit) {
  if (url.endsWith("/me"))
    return who ? answer(200, who) : answer(401, { error: { code: "signed_out", message: "" } });
  if (url.endsWith("/session") && init.method === "DELETE") {
    who = null;
    return answer(204, null);
  }
  if (url.endsWith("/session")) {
    who = person("2", "Ben");
    return answer(201, who);
  }
  return answer(200, { name: "", setup_needed: false, version: "" });
}

afterEach(() => vi.unstubAllGlobals());

it("gives the next person a place of their own after a sign-out without a line", async () => {
  vi.stubGlobal("WebSocket", NoLine);
  vi.stubGlobal("fetch", vi.fn(serve));
  who = person("1", "Ada");
  const app = new App(new Theme(), new Router());
  app.start();
  await vi.waitFor(() => expect(lines.length).toBe(1));

  await app.session.signOut();
  expect(app.session.who.value).toBe("nobody");
  await app.session.signIn("ben@example.org", "x");
  render(<app.View />);
  await vi.waitFor(() => expect(lines.length, "a line of Ben's own").toBe(2));
});

it("goes on trying when the server cannot get at its data, and says so", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  vi.stubGlobal("WebSocket", NoLine);
  const away = () =>
    answer(503, { error: { code: "unavailable", message: "The database is away." } });
  const asked = vi.fn(async () => away());
  vi.stubGlobal("fetch", asked);
  const app = new App(new Theme(), new Router());
  const page = render(<app.View />);
  app.start();
  await page.findByText("Convene cannot get at its data");
  who = null;
  vi.stubGlobal("fetch", vi.fn(serve));
  await vi.advanceTimersByTimeAsync(20_000);
  await vi.waitFor(() => expect(app.session.who.value).toBe("nobody"));
  expect(page.queryByText("Convene cannot get at its data")).toBeNull();
  vi.useRealTimers();
});
