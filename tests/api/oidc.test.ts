import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Browser } from "./support/browser";
import { type Account, Issuer } from "./support/issuer";
import { invited, PASSWORD, type Person, setUp } from "./support/person";
import { raw } from "./support/raw";
import { Server } from "./support/server";

/* Signing in by a provider: the ways that lead somewhere. */

/** Connecting is proved by the password. */
const CONNECT = { connect: true, password: PASSWORD };
const SECRET = "for-tests-alone-for-tests-alone-1";
/* One pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let first: Issuer;
let second: Issuer;
let server: Server;
let ada: Person;
let subs = 0;

function somebody(more: Partial<Account> = {}): Account {
  subs += 1;
  return {
    sub: `s${subs}`,
    email: `person${subs}@corp.example`,
    email_verified: true,
    name: `Person ${subs}`,
    ...more,
  };
}

beforeAll(async () => {
  [first, second] = await Promise.all([Issuer.start(), Issuer.start()]);
  server = await Server.start({
    env: {
      SESSION_SECRET: SECRET,
      ALLOWED_PEERS: "127.0.0.0/8",
      RATE_LIMITS: "off",
      OIDC_ISSUER: first.url,
      OIDC_CLIENT_ID: first.clientId,
      OIDC_CLIENT_SECRET: first.secret,
      OIDC_NAME: "Corp",
      OIDC_DOMAINS: "corp.example",
      OIDC_2_ISSUER: second.url,
      OIDC_2_CLIENT_ID: second.clientId,
      OIDC_2_CLIENT_SECRET: second.secret,
    },
  });
  ada = await setUp(server);
});
afterAll(async () => {
  await server.stop();
  await Promise.all([first.stop(), second.stop()]);
});
afterEach(() => {
  first.evil = {};
  second.evil = {};
});

describe("a provider", () => {
  it("is offered by name, without its secrets", async () => {
    const answer = await new Browser(server).request("GET", "/api/v1/sign-in");
    expect(await answer.json()).toEqual({
      local_accounts: true,
      mail: false,
      providers: [
        { id: "oidc", name: "Corp", kind: "oidc" },
        { id: "oidc2", name: new URL(second.url).host, kind: "oidc" },
      ],
    });
  });

  it("brings somebody in who has an address of the domain, and back", async () => {
    first.account = somebody({ name: "Grace Hopper" });
    const browser = new Browser(server);
    const landed = await browser.signIn(first, { return_to: "/settings/security?x=1" });
    expect(landed).toMatchObject({ status: 303, to: "/settings/security?x=1" });
    const me = await browser.me();
    expect(me).toMatchObject({ name: "Grace Hopper", email: first.account.email, role: "member" });
    /* The flow's cookie is gone, the session's is there. */
    expect([...browser.cookies.keys()]).toEqual(["convene"]);

    const sessions = (await (await browser.request("GET", "/api/v1/sessions")).json()) as {
      sessions: { method: string }[];
    };
    expect(sessions.sessions.map((s) => s.method)).toEqual(["oidc"]);

    /* Another browser, the name at the provider has changed: the same account, as it is here. */
    first.account = { ...first.account, name: "Someone Else", email: "new@corp.example" };
    const other = new Browser(server);
    expect((await other.signIn(first)).to).toBe("/chat");
    expect(await other.me()).toMatchObject({ id: me?.id, name: "Grace Hopper", email: me?.email });
  });

  it("is asked with PKCE, state and nonce, and each only once", async () => {
    const browser = new Browser(server);
    const a = new URL((await browser.start()).url);
    const b = new URL((await browser.start()).url);
    for (const name of ["state", "nonce", "code_challenge"]) {
      expect(a.searchParams.get(name)).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(a.searchParams.get(name)).not.toBe(b.searchParams.get(name));
    }
    expect(a.searchParams.get("code_challenge_method")).toBe("S256");
    expect(a.searchParams.get("response_type")).toBe("code");
    expect(a.searchParams.get("redirect_uri")).toBe(`${server.url}/api/v1/oidc/oidc/callback`);
  });

  it("may put into its answer what we do not know", async () => {
    first.account = somebody();
    const browser = new Browser(server);
    const back = first.consent((await browser.start()).url);
    back.searchParams.set("session_state", "x".repeat(600));
    back.searchParams.set("authuser", "0");
    expect((await browser.land(`${back}&odd=%FF%00`)).problem).toBeUndefined();
    expect(await browser.me()).toBeDefined();
  });

  it("gives a session of its own each time, and ends the one before", async () => {
    first.account = somebody();
    const browser = new Browser(server);
    await browser.signIn(first);
    const before = browser.cookies.get("convene") ?? "";
    await browser.signIn(first);
    expect(browser.cookies.get("convene")).not.toBe(before);
    expect(await browser.me()).toBeDefined();
    const thief = new Browser(server);
    thief.cookies.set("convene", before);
    expect(await thief.me()).toBeUndefined();
    /* Failing changes nothing. */
    first.account = somebody({ email: "x@other.example" });
    expect((await browser.signIn(first)).problem).toBe("domain");
    expect(await browser.me()).toBeDefined();
  });

  it("lets two tabs sign in at once", async () => {
    first.account = somebody();
    const browser = new Browser(server);
    const one = first.consent((await browser.start()).url);
    const two = first.consent((await browser.start()).url);
    expect((await browser.land(two)).problem).toBeUndefined();
    expect((await browser.land(one)).problem).toBeUndefined();
  });

  it("may take the secret in the form only, and tell more by userinfo", async () => {
    const who = somebody({ name: "Told Later" });
    second.account = { sub: who.sub };
    second.evil.userinfo = () => who;
    const made = await ada.post<{ url: string }>("/invites", {});
    const browser = new Browser(server);
    const landed = await browser.signIn(second, { invite: made.body.url.split("#")[1] }, "oidc2");
    expect(landed.problem).toBeUndefined();
    expect(await browser.me()).toMatchObject({ name: "Told Later", email: who.email });
    expect(second.asked.get("/userinfo")).toBe(1);
  });

  it("may change its keys", async () => {
    first.account = somebody();
    const browser = new Browser(server);
    expect((await browser.signIn(first)).problem).toBeUndefined();
    const { newKey } = await import("./support/issuer");
    first.key = newKey();
    const before = first.asked.get("/keys") ?? 0;
    expect((await new Browser(server).signIn(first)).problem).toBeUndefined();
    expect(first.asked.get("/keys")).toBe(before + 1);
    /* A token of a key that nobody knows does not make us ask for every one. */
    const real = first.key;
    first.evil.keys = () => ({ keys: [] });
    first.key = newKey();
    expect((await new Browser(server).signIn(first)).problem).toBe("provider_wrong");
    expect(first.asked.get("/keys")).toBe(before + 1);
    first.key = real;
  });

  it("asks for its configuration and keys only when they are old", async () => {
    first.account = somebody();
    const before = [...first.asked];
    expect((await new Browser(server).signIn(first)).problem).toBeUndefined();
    for (const path of ["/.well-known/openid-configuration", "/keys"])
      expect(first.asked.get(path)).toBe(new Map(before).get(path));
  });
});

describe("somebody new", () => {
  it("comes in by an invitation whatever the domain, with the role that it says", async () => {
    second.account = somebody({ email: "x@elsewhere.example", name: " \u202e " });
    const made = await ada.post<{ url: string }>("/invites", { max_uses: 1 });
    const invite = made.body.url.split("#")[1];
    const browser = new Browser(server);
    expect((await browser.signIn(second, { invite }, "oidc2")).problem).toBeUndefined();
    expect(await browser.me()).toMatchObject({ name: "x", role: "member" });
    /* Used up. */
    second.account = somebody();
    expect((await new Browser(server).signIn(second, { invite }, "oidc2")).problem).toBe("not_invited");
  });

  it("hears why not, and is not made", async () => {
    const count = async () =>
      (await ada.get<{ people: unknown[] }>("/people?query=corp.example&limit=50")).body.people.length;
    const before = await count();
    const tries: [Issuer, string, Account, string][] = [
      [second, "oidc2", somebody(), "not_invited"],
      [first, "oidc", somebody({ email: "x@other.example" }), "domain"],
      [first, "oidc", somebody({ email: "x@corp.example.evil.example" }), "domain"],
      [first, "oidc", somebody({ email: "x@evil.example@corp.example", email_verified: false }), "email_unverified"],
      [first, "oidc", somebody({ email_verified: false }), "email_unverified"],
      [first, "oidc", { sub: "n1", name: "No Address" }, "domain"],
      [first, "oidc", { sub: "n2", email: "n2@corp.example" }, "email_unverified"],
    ];
    for (const [issuer, id, account, problem] of tries) {
      issuer.account = account;
      const browser = new Browser(server);
      const landed = await browser.signIn(issuer, {}, id);
      expect(landed.to).toBe(`/sign-in#problem=${problem}&provider=${id}`);
      expect(await browser.me()).toBeUndefined();
    }
    expect(await count()).toBe(before);
  });

  it("is not let in by an invitation under an address that is not theirs", async () => {
    const made = await ada.post<{ url: string }>("/invites", { max_uses: 1 });
    const invite = made.body.url.split("#")[1];
    second.account = somebody({ email_verified: false });
    expect((await new Browser(server).signIn(second, { invite }, "oidc2")).problem).toBe("email_unverified");
    second.account = somebody();
    expect((await new Browser(server).signIn(second, { invite }, "oidc2")).problem).toBeUndefined();
  });

  it("is never taken for whoever has the address here", async () => {
    const ben = await invited(ada, "Ben");
    first.account = somebody({ email: ben.me.email });
    second.account = first.account;
    const made = await ada.post<{ url: string }>("/invites", { max_uses: 1 });
    const invite = made.body.url.split("#")[1];
    const browser = new Browser(server);
    expect((await browser.signIn(second, { invite }, "oidc2")).problem).toBe("email_taken");
    expect(await browser.me()).toBeUndefined();
    /* And the invitation is not used up by it. */
    second.account = somebody();
    expect((await browser.signIn(second, { invite }, "oidc2")).problem).toBeUndefined();
  });

  it("has the picture of the provider, served from here", async () => {
    first.evil.answer = (path, _req, res) => {
      if (path !== "/me.png") return false;
      res.writeHead(200, { "content-type": "text/html" }).end(PNG);
      return true;
    };
    first.account = somebody({ picture: `${first.url}/me.png` });
    const browser = new Browser(server);
    await browser.signIn(first);
    let picture: string | null | undefined = null;
    for (let i = 0; i < 100 && picture === null; i++) {
      picture = (await browser.me())?.picture;
      if (picture === null) await new Promise((done) => setTimeout(done, 20));
    }
    expect(picture).toMatch(/^\/api\/v1\/people\/[-0-9a-f]+\/picture\?v=[0-9a-f]{16}$/);
    const got = await browser.request("GET", picture ?? "");
    expect(got.status).toBe(200);
    expect(got.headers.get("content-type")).toBe("image/png");
    expect(got.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    expect(got.headers.get("x-content-type-options")).toBe("nosniff");
    expect(Buffer.from(await got.arrayBuffer()).equals(PNG)).toBe(true);
    expect((await new Browser(server).request("GET", picture ?? "")).status).toBe(401);
  });

  it.each([
    ["script", "/x.svg", '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
    ["a page", "/x.html", "<html>"],
    ["too much", "/x.big", Buffer.concat([PNG, Buffer.alloc(300 * 1024)])],
  ])("keeps no picture that is %s", async (_what, path, bytes) => {
    let asked = false;
    first.evil.answer = (at, _req, res) => {
      if (at !== path) return false;
      asked = true;
      res.writeHead(200, { "content-type": "image/png" }).end(bytes);
      return true;
    };
    first.account = somebody({ picture: `${first.url}${path}` });
    const browser = new Browser(server);
    expect((await browser.signIn(first)).problem).toBeUndefined();
    for (let i = 0; i < 100 && !asked; i++) await new Promise((done) => setTimeout(done, 20));
    await new Promise((done) => setTimeout(done, 100));
    expect(asked).toBe(true);
    expect((await browser.me())?.picture).toBeNull();
  });
});

describe("the audit log", () => {
  it("knows who came by which provider", async () => {
    first.account = somebody({ name: "Logged One" });
    await new Browser(server).signIn(first);
    interface Log {
      readonly entries: { action: string; detail: string }[];
    }
    /* The entry about the session has a transaction of its own. */
    let log: Log["entries"] = [];
    const noted = () => log[0]?.action === "session.create" && log[0].detail === '{"method":"oidc"}';
    for (let i = 0; i < 100 && !noted(); i++)
      log = (await ada.get<Log>("/admin/audit?limit=2")).body.entries;
    expect(log.map((e) => e.action)).toEqual(["session.create", "person.create"]);
    expect(noted()).toBe(true);
  });
});

describe("an account that is connected", () => {
  const cookieOf = (p: Person, b: Browser) => {
    const [name = "", value = ""] = p.cookie.split("=");
    b.cookies.set(name, value);
    return b;
  };

  it("is a way into it, with whatever address, until it is removed", async () => {
    const cy = await invited(ada, "Cy");
    second.account = somebody();
    const browser = cookieOf(cy, new Browser(server));
    const landed = await browser.signIn(second, { ...CONNECT, return_to: "/settings/security" }, "oidc2");
    expect(landed.to).toBe("/settings/security");
    expect(await browser.me()).toMatchObject({ id: cy.me.id });

    const other = new Browser(server);
    expect((await other.signIn(second, {}, "oidc2")).problem).toBeUndefined();
    expect(await other.me()).toMatchObject({ id: cy.me.id, name: "Cy" });

    /* Somebody else cannot have it. */
    const dee = await invited(ada, "Dee");
    const hers = cookieOf(dee, new Browser(server));
    expect((await hers.signIn(second, CONNECT, "oidc2")).problem).toBe("connected_elsewhere");

    interface Ways {
      readonly identities: { id: string; name: string }[];
    }
    const mine = (await cy.get<Ways>("/me/security")).body.identities;
    expect(mine).toMatchObject([{ provider: "oidc2", email: second.account.email }]);
    /* It is nobody else's to remove; with a password it may go. */
    expect((await dee.call("DELETE", `/api/v1/me/identities/${mine[0]?.id}`)).status).toBe(404);
    expect((await cy.call("DELETE", `/api/v1/me/identities/${mine[0]?.id}`)).status).toBe(204);
    expect((await cy.get<Ways>("/me/security")).body.identities).toEqual([]);
    expect((await new Browser(server).signIn(second, {}, "oidc2")).problem).toBe("not_invited");
  });

  it("needs somebody who is signed in, and the same one at the end", async () => {
    second.account = somebody();
    expect((await new Browser(server).start(CONNECT, "oidc2")).status).toBe(401);
    const hal = cookieOf(await invited(ada, "Hal"), new Browser(server));
    expect((await hal.start({ connect: true }, "oidc2")).body.error?.field).toBe("password");
    const guess = await hal.start({ connect: true, password: "a horse of course" }, "oidc2");
    expect(guess.body.error?.code).toBe("wrong_password");
    const eve = await invited(ada, "Eve");
    const fay = await invited(ada, "Fay");
    const browser = cookieOf(eve, new Browser(server));
    const back = second.consent((await browser.start(CONNECT, "oidc2")).url);
    cookieOf(fay, browser);
    expect((await browser.land(back)).problem).toBe("flow_lost");
  });

  it("is not connected when the session has ended on the way", async () => {
    second.account = somebody();
    const ida = await invited(ada, "Ida");
    const browser = cookieOf(ida, new Browser(server));
    const back = second.consent((await browser.start(CONNECT, "oidc2")).url);
    expect((await ada.call("DELETE", `/api/v1/admin/people/${ida.me.id}/sessions`)).status).toBe(204);
    expect((await browser.land(back)).problem).toBe("flow_lost");
  });

  it("does not shut a browser out that begins again and again", async () => {
    const browser = new Browser(server);
    for (let i = 0; i < 60; i++)
      expect((await browser.start({ return_to: `/chat/${"x".repeat(180)}` })).status).toBe(200);
    expect(browser.cookies.size).toBeLessThan(8);
    first.account = somebody();
    expect((await browser.signIn(first)).problem).toBeUndefined();
  });

  it("of somebody deactivated lets nobody in", async () => {
    const gil = await invited(ada, "Gil");
    second.account = somebody();
    await cookieOf(gil, new Browser(server)).signIn(second, CONNECT, "oidc2");
    const off = await ada.call("POST", `/api/v1/admin/people/${gil.me.id}/deactivate`, {});
    if (off.status >= 300) await ada.call("PATCH", `/api/v1/admin/people/${gil.me.id}`, { active: false });
    const browser = new Browser(server);
    expect((await browser.signIn(second, {}, "oidc2")).problem).toBe("deactivated");
    expect(await browser.me()).toBeUndefined();
  });
});

describe("a provider that is away", () => {
  it("says so, and a password is still a way in", async () => {
    const issuer = await Issuer.start();
    const house = await Server.start({
      env: {
        SESSION_SECRET: SECRET,
        ALLOWED_PEERS: "127.0.0.1",
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: issuer.clientId,
        OIDC_CLIENT_SECRET: issuer.secret,
        OIDC_DOMAINS: "*",
      },
    });
    const owner = await setUp(house);
    await issuer.stop();
    const browser = new Browser(house);
    const started = await browser.start();
    expect(started.status).toBe(502);
    expect(started.body.error?.code).toBe("provider_failed");
    expect((await owner.post("/session", { email: "ada@example.org", password: "correct horse battery" })).status).toBe(201);

    /* It goes away between going there and coming back; then it is there again. */
    await issuer.again();
    issuer.account = { sub: "1" };
    await new Promise((done) => setTimeout(done, 2100));
    const back = issuer.consent((await browser.start()).url);
    await issuer.stop();
    expect((await browser.land(back)).problem).toBe("provider_down");
    await issuer.again();
    expect((await browser.signIn(issuer)).problem).toBeUndefined();
    /* Everybody whom it knows may come in, also without an address. */
    expect(await browser.me()).toMatchObject({ name: "New member", email: "" });
    await house.stop();
    await issuer.stop();
  });
});

describe("the set-up link", () => {
  it("makes the owner by a provider, once", async () => {
    const issuer = await Issuer.start();
    const house = await Server.start({
      env: {
        SESSION_SECRET: SECRET,
        ALLOWED_PEERS: "127.0.0.1",
        LOCAL_ACCOUNTS: "off",
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: issuer.clientId,
        OIDC_CLIENT_SECRET: issuer.secret,
        OIDC_DOMAINS: "*",
      },
    });
    issuer.account = { sub: "1", name: "Ada", email: "ada@corp.example", email_verified: true };
    const browser = new Browser(house);
    /* Nobody comes in before it is used. */
    expect((await browser.signIn(issuer)).problem).toBe("not_invited");
    const setup = house.setupToken;
    expect((await browser.start({ setup })).body.error?.field).toBe("team");
    expect((await browser.signIn(issuer, { setup, team: "Contoso" })).to).toBe("/chat");
    expect(await browser.me()).toMatchObject({ role: "owner", name: "Ada" });
    issuer.account = { sub: "2", name: "Ben" };
    expect((await new Browser(house).signIn(issuer, { setup, team: "Mine" })).problem).toBe("set_up");
    const local = await browser.request("POST", "/api/v1/session", { email: "a@b.example", password: "x" });
    expect(local.status).toBe(403);

    /* The only way in stays. */
    const security = await (await browser.request("GET", "/api/v1/me/security")).json();
    expect(security).toMatchObject({
      password: false,
      second_factor: false,
      recovery_codes: 0,
      identities: [{ provider: "oidc", email: "ada@corp.example" }],
    });
    const { identities } = security as { identities: { id: string }[] };
    const gone = await browser.request("DELETE", `/api/v1/me/identities/${identities[0]?.id}`);
    expect(gone.status).toBe(409);
    expect(((await gone.json()) as { error: { code: string } }).error.code).toBe("last_way_in");
    await house.stop();
    await issuer.stop();
  });
});

describe("the administrator", () => {
  it("sees what is set up, and what is wrong with it", async () => {
    const listed = await ada.get<{ providers: object[] }>("/admin/providers");
    expect(listed.body.providers[0]).toEqual({
      id: "oidc",
      name: "Corp",
      kind: "oidc",
      issuer: first.url,
      client_id: first.clientId,
      callback_url: `${server.url}/api/v1/oidc/oidc/callback`,
      domains: ["corp.example"],
    });
    const checks = async () => {
      const answer = await ada.post<{ checks: { id: string; result: string }[] }>(
        "/admin/providers/oidc/test",
        {},
      );
      return Object.fromEntries(answer.body.checks.map((c) => [c.id, c.result]));
    };
    const good = { callback: "warning", cookie: "ok", issuer: "ok", clock: "ok", keys: "ok", secret: "ok" };
    expect(await checks()).toEqual(good);
    first.evil.answer = (path, _req, res) => {
      if (path !== "/token") return false;
      res.writeHead(401, { "content-type": "application/json" }).end('{"error":"invalid_client"}');
      return true;
    };
    expect(await checks()).toEqual({ ...good, secret: "failed" });
    first.evil = {
      answer: (path, _req, res) => {
        if (path.startsWith("/.well-known")) res.setHeader("date", new Date(Date.now() - 300_000).toUTCString());
        return false;
      },
    };
    expect(await checks()).toEqual({ ...good, clock: "failed" });
    first.evil = { configuration: (c) => ({ ...c, issuer: `${first.url}/` }) };
    expect(await checks()).toEqual({
      callback: "warning",
      cookie: "ok",
      issuer: "failed",
      clock: "skipped",
      keys: "skipped",
      secret: "skipped",
    });
    const nothing = await ada.call("POST", "/api/v1/admin/providers/nobody/test", {});
    expect(nothing.status).toBe(404);
  });
});

describe("the cookie of a flow", () => {
  it("is bound to this host and to https where people come by https", async () => {
    const house = await Server.start({
      env: {
        SESSION_SECRET: SECRET,
        PUBLIC_URL: "https://chat.example.org",
        TRUSTED_PROXIES: "127.0.0.1",
        ALLOWED_PEERS: "127.0.0.1",
        OIDC_ISSUER: first.url,
        OIDC_CLIENT_ID: first.clientId,
        OIDC_CLIENT_SECRET: first.secret,
        GOOGLE_CLIENT_ID: "g",
        GOOGLE_CLIENT_SECRET: "s",
        GOOGLE_CALLBACK_URL: "https://chat.example.org/auth/google/callback",
      },
    });
    const head = ["Host: chat.example.org", "X-Forwarded-Proto: https", "Connection: close"].join("\r\n");
    const text = await raw(
      house,
      `POST /api/v1/oidc/oidc/start HTTP/1.1\r\n${head}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(text).toMatch(
      /Set-Cookie: __Host-convene-flow-[\w-]{8}=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure\r\n/i,
    );
    expect(text).toContain(encodeURIComponent("https://chat.example.org/api/v1/oidc/oidc/callback"));

    /* The address that the operator has kept from before is served, too. */
    const back = await raw(
      house,
      `GET /auth/google/callback?code=1&state=${"x".repeat(43)} HTTP/1.1\r\n${head}\r\n\r\n`,
    );
    expect(back).toMatch(/^HTTP\/1.1 303 [\s\S]*Location: \/sign-in#problem=flow_lost&provider=google\r\n/i);
    await house.stop();
  });
});

describe("a server that ends", () => {
  it("waits for no provider", async () => {
    const issuer = await Issuer.start();
    const house = await Server.start({
      env: {
        SESSION_SECRET: SECRET,
        ALLOWED_PEERS: "127.0.0.1",
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: issuer.clientId,
        OIDC_CLIENT_SECRET: issuer.secret,
      },
    });
    let asked: () => void = () => {};
    const arrived = new Promise<void>((done) => {
      asked = done;
    });
    issuer.evil.answer = (path) => {
      if (path === "/token") asked();
      return path === "/token";
    };
    const landing = new Browser(house).signIn(issuer).catch(() => undefined);
    await arrived;
    await house.stop();
    await landing;
    await issuer.stop();
  });
});
