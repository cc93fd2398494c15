import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Me } from "../../web/src/api/gen";
import { routes } from "./support/contract";
import { invited, PASSWORD, Person, type Refusal, setUp, uuid } from "./support/person";
import { raw } from "./support/raw";
import { Server } from "./support/server";

/* What another site, or somebody with a cookie of their own making, tries. */

let server: Server;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
});
afterAll(() => server.stop());

const changing = routes.filter(({ method }) => method !== "GET");
const place = (path: string) => path.replaceAll(/\{[a-z]+\}/g, () => uuid());

describe("cross-site requests (S5)", () => {
  const own = { "content-type": "application/json" };
  const cases: [string, Record<string, string>, number, string][] = [
    ["a foreign Origin", { ...own, origin: "https://evil.example" }, 403, "bad_origin"],
    ["an Origin of null", { ...own, origin: "null" }, 403, "bad_origin"],
    ["a name of ours on a foreign host", { ...own, origin: "http://localhost.evil.example" }, 403, "bad_origin"],
    ["Sec-Fetch-Site: cross-site", { ...own, "sec-fetch-site": "cross-site" }, 403, "bad_origin"],
    ["Sec-Fetch-Site: same-site", { ...own, "sec-fetch-site": "same-site" }, 403, "bad_origin"],
    ["JSON called text", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
    ["a form with parts", { "content-type": "multipart/form-data; boundary=x" }, 415, "unsupported_media_type"],
    ["JSON called by a longer name", { "content-type": "application/jsonx" }, 415, "unsupported_media_type"],
  ];

  it.each(cases)("with %s change nothing, at any route", async (_, headers, status, code) => {
    for (const { method, path } of changing) {
      const answer = await ada.call(method, place(path), "{}", headers);
      expect([method, path, answer.status, answer.body.error.code]).toEqual([method, path, status, code]);
    }
    expect((await ada.get("/me")).status).toBe(200);
  });

  it("are not let in by GET, nor by what overrides a method", async () => {
    const gets = new Set(routes.filter(({ method }) => method === "GET").map(({ path }) => path));
    for (const { method, path } of changing) {
      const overrides = {
        "x-http-method-override": method,
        "x-http-method": method,
        "x-method-override": method,
      };
      const answer = await ada.call("GET", `${place(path)}?_method=${method}`, undefined, overrides);
      if (gets.has(path)) expect([path, answer.status < 500]).toEqual([path, true]);
      else expect([path, answer.status]).toEqual([path, 405]);
    }
    expect((await ada.get("/me")).status).toBe(200);
    console.log(`# ${changing.length} routes that change something, ${cases.length + 1} ways each`);
  });

  it("cannot sign a browser in as somebody else", async () => {
    const browser = new Person(server);
    const answer = await browser.call(
      "POST",
      "/api/v1/session",
      { email: ben.me.email, password: PASSWORD },
      { origin: "https://evil.example" },
    );
    expect(answer.status).toBe(403);
    expect(browser.cookie).toBe("");
  });
});

describe("a socket of another site (S6)", () => {
  const port = () => server.port;
  const origins: [string, () => string | undefined][] = [
    ["missing", () => undefined],
    ["null", () => "null"],
    ["empty", () => ""],
    ["foreign", () => "https://evil.example"],
    ["foreign, with our port", () => `http://evil.example:${port()}`],
    ["another port", () => `http://localhost:${port() + 1}`],
    ["no port", () => "http://localhost"],
    ["another scheme", () => `https://localhost:${port()}`],
    ["a sub-domain", () => `http://sub.localhost:${port()}`],
    ["our name before theirs", () => `http://localhost.evil.example:${port()}`],
    ["our name behind theirs", () => `http://evil-localhost:${port()}`],
    ["upper case", () => `http://LOCALHOST:${port()}`],
    ["with a user", () => `http://evil.example@localhost:${port()}`],
    ["with a path", () => `http://localhost:${port()}/`],
    ["two of them", () => `http://localhost:${port()} https://evil.example`],
    ["the address for the name", () => `http://127.0.0.1:${port()}`],
    ["a file", () => "file://"],
  ];

  it.each(origins)("with an Origin that is %s is refused before it opens", async (_, origin) => {
    const value = origin();
    const answer = await raw(
      server,
      `GET /api/v1/socket HTTP/1.1\r\nHost: localhost:${server.port}\r\n${
        value === undefined ? "" : `Origin: ${value}\r\n`
      }Cookie: ${ada.cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      /\}/,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain("bad_origin");
  });

  it("opens for our own page", async () => {
    const line = await ada.socket();
    await line.next("gap");
    line.close();
  });
});

describe("a session of somebody else's choice (S4)", () => {
  const signIn = (cookie: string) => {
    const browser = new Person(server);
    browser.cookie = cookie;
    return browser.enter("/session", { email: ben.me.email, password: PASSWORD });
  };
  const tokenOf = (who: Person) => who.cookie.split("=")[1] ?? "";

  it("is never taken over by signing in", async () => {
    const made = `convene=${"A".repeat(43)}`;
    const own = (await signIn("")).cookie;
    const planted = (await new Person(server).enter("/session", { email: ada.me.email, password: PASSWORD })).cookie;
    for (const before of [made, planted, own, "convene=", "convene=x; convene=y"]) {
      const browser = await signIn(before);
      expect(tokenOf(browser)).toMatch(/^[\w-]{43}$/);
      expect(before).not.toContain(tokenOf(browser));
      expect((await browser.get<Me>("/me")).body.id).toBe(ben.me.id);
    }
    for (const before of [made, planted, own]) {
      const stranger = new Person(server);
      stranger.cookie = before;
      expect((await stranger.get("/me")).status).toBe(401);
    }
    expect((await ada.get<Me>("/me")).body.id).toBe(ada.me.id);
  });

  it("differs each time, and is nobody's once it has ended", async () => {
    const browsers = await Promise.all([signIn(""), signIn(""), signIn("")]);
    expect(new Set(browsers.map(tokenOf)).size).toBe(3);
    for (const browser of browsers) {
      const old = browser.cookie;
      expect((await browser.call("DELETE", "/api/v1/session")).status).toBe(204);
      browser.cookie = old;
      expect((await browser.get("/me")).status).toBe(401);
    }
  });

  it("is taken from the cookie alone", async () => {
    const token = tokenOf(ben);
    const stranger = new Person(server);
    const headers = [{ authorization: `Bearer ${token}` }, { "x-session": token }, { cookie: `session=${token}` }];
    for (const head of headers)
      expect((await stranger.call("GET", "/api/v1/me", undefined, head)).status).toBe(401);
    const query = await stranger.call("GET", `/api/v1/me?convene=${token}`);
    expect([400, 401]).toContain(query.status);
  });

  it.skipIf(process.env["TEST_DATABASE_URL"])("is kept as a hash only", async () => {
    const browser = await signIn("");
    const files = readdirSync(server.folder).map((name) => join(server.folder, name));
    const kept = Buffer.concat(files.map((file) => readFileSync(file)));
    expect(kept.length).toBeGreaterThan(10_000);
    expect(kept.includes(browser.me.id)).toBe(true);
    expect(kept.includes(tokenOf(browser))).toBe(false);
    expect(kept.includes(Buffer.from(tokenOf(browser), "base64url"))).toBe(false);
    expect(kept.includes(PASSWORD)).toBe(false);
  });

  it("has a name over https that no other host of the domain can set", async () => {
    const secure = await Server.start({ env: { PUBLIC_URL: "https://chat.example.org" } });
    try {
      const owner = await setUp(secure);
      expect(owner.cookie).toMatch(/^__Host-convene=/);
      const plain = new Person(secure);
      plain.cookie = owner.cookie.replace("__Host-", "");
      expect((await plain.get<Refusal>("/me")).status).toBe(401);
    } finally {
      await secure.stop();
    }
  });
});
