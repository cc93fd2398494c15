import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Browser } from "./support/browser";
import { type Evil, Issuer, jwkOf, jws, newKey, rs256 } from "./support/issuer";
import { invited, type Person, setUp } from "./support/person";
import { Server } from "./support/server";

/*
 * A provider that lies, and a network that mixes things up.  Whatever it says: nobody is signed in, no
 * account is made, and the browser is sent to the sign-in page with the name of what was wrong.
 */

const seconds = () => Math.floor(Date.now() / 1000);
/* The keys are kept, so a provider that lies about them has an issuer of its own. */
let server: Server;
let issuer: Issuer;
let other: Issuer;
let fresh: Issuer[];
let ada: Person;
let people: number;
let subs = 0;

const ids = (i: number) => (i === 0 ? "oidc" : `oidc${i + 1}`);

async function count(): Promise<number> {
  return (await ada.get<{ people: unknown[] }>("/people?limit=50")).body.people.length;
}

beforeAll(async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => Issuer.start()));
  [issuer, other, ...fresh] = all as [Issuer, Issuer, ...Issuer[]];
  const env: Record<string, string> = {
    SESSION_SECRET: "for-tests-alone-for-tests-alone-1",
    ALLOWED_PEERS: "127.0.0.0/8",
    RATE_LIMITS: "off",
  };
  all.forEach((one, i) => {
    const prefix = i === 0 ? "OIDC" : `OIDC_${i + 1}`;
    env[`${prefix}_ISSUER`] = one.url;
    env[`${prefix}_CLIENT_ID`] = one.clientId;
    env[`${prefix}_CLIENT_SECRET`] = one.secret;
    env[`${prefix}_DOMAINS`] = "*";
  });
  server = await Server.start({ env });
  ada = await setUp(server);
  people = await count();
});
afterAll(async () => {
  /* Not one was made. */
  expect(await count()).toBe(people);
  await server.stop();
  await Promise.all([issuer, other, ...fresh].map((i) => i.stop()));
});
afterEach(() => {
  issuer.evil = {};
  other.evil = {};
});

function comes(): void {
  subs += 1;
  issuer.account = {
    sub: `evil${subs}`,
    email: `evil${subs}@evil.example`,
    email_verified: true,
    name: "Mallory",
  };
  other.account = issuer.account;
}

async function refused(browser: Browser, problem: string, landed: { problem: string | undefined; status: number; to: string }) {
  expect(landed).toMatchObject({ status: 303, problem });
  expect(landed.to).toMatch(/^\/sign-in#problem=[a-z_]+(&provider=oidc[0-9]*)?$/);
  expect(await browser.me()).toBeUndefined();
  expect([...browser.cookies.keys()]).not.toContain("convene");
}

const hs256 = (secret: string | Buffer) => (input: string) =>
  createHmac("sha256", secret).update(input).digest();

const tokens: [string, Evil][] = [
  ["of another issuer", { claims: (c) => ({ ...c, iss: "https://accounts.google.com" }) }],
  ["of its issuer with a slash", { claims: (c) => ({ ...c, iss: `${String(c["iss"])}/` }) }],
  ["without an issuer", { claims: ({ iss: _, ...c }) => c }],
  ["for somebody else", { claims: (c) => ({ ...c, aud: "another" }) }],
  ["for several but us", { claims: (c) => ({ ...c, aud: ["a", "b"] }) }],
  ["for several, without azp", { claims: (c) => ({ ...c, aud: [c["aud"], "b"] }) }],
  ["for nobody", { claims: ({ aud: _, ...c }) => c }],
  ["asked for by somebody else", { claims: (c) => ({ ...c, azp: "another" }) }],
  ["with another nonce", { claims: (c) => ({ ...c, nonce: "x".repeat(43) }) }],
  ["without a nonce", { claims: ({ nonce: _, ...c }) => c }],
  ["with an empty nonce", { claims: (c) => ({ ...c, nonce: "" }) }],
  ["that has expired", { claims: (c) => ({ ...c, exp: seconds() - 120 }) }],
  ["that never expires", { claims: ({ exp: _, ...c }) => c }],
  ["that expires by a word", { claims: (c) => ({ ...c, exp: "tomorrow" }) }],
  ["from the future", { claims: (c) => ({ ...c, iat: seconds() + 300 }) }],
  ["not valid yet", { claims: (c) => ({ ...c, nbf: seconds() + 300 }) }],
  ["that does not say when it was made", { claims: ({ iat: _, ...c }) => c }],
  ["about nobody", { claims: ({ sub: _, ...c }) => c }],
  ["about an empty name", { claims: (c) => ({ ...c, sub: "" }) }],
  ["about a number", { claims: (c) => ({ ...c, sub: 7 }) }],
  ["about a name of 300 letters", { claims: (c) => ({ ...c, sub: "s".repeat(300) }) }],
  ["signed by nothing (alg none)", { token: (c) => jws({ alg: "none" }, c, () => Buffer.alloc(0)) }],
  ["signed by nothing (alg nOnE)", { token: (c) => jws({ alg: "nOnE" }, c, () => Buffer.alloc(0)) }],
  [
    "signed by HS256 with the public key",
    {
      token: (c, key) =>
        jws({ alg: "HS256", kid: key.kid }, c, hs256(key.public.export({ type: "spki", format: "pem" }))),
    },
  ],
  ["signed by HS256 with our secret", { token: (c) => jws({ alg: "HS256" }, c, hs256(issuer.secret)) }],
  ["signed by another key of the same name", { token: (c, key) => jws({ alg: "RS256", kid: key.kid }, c, rs256(newKey(key.kid))) }],
  ["signed by a key that nobody knows", { token: (c) => jws({ alg: "RS256", kid: "unknown" }, c, rs256(newKey())) }],
  [
    "that brings its own key",
    {
      token: (c) => {
        const own = newKey();
        return jws({ alg: "RS256", kid: own.kid, jwk: jwkOf(own) }, c, rs256(own));
      },
    },
  ],
  [
    "that names a place for its key",
    {
      token: (c) => {
        const own = newKey();
        return jws({ alg: "RS256", kid: own.kid, jku: `${other.url}/keys` }, c, rs256(own));
      },
    },
  ],
  ["with a changed payload", {
    token: (c, key) => {
      const [h, , s] = jws({ alg: "RS256", kid: key.kid }, c, rs256(key)).split(".");
      return [h, Buffer.from(JSON.stringify({ ...c, sub: "admin" })).toString("base64url"), s].join(".");
    },
  }],
  ["without a signature", { token: (c, key) => jws({ alg: "RS256", kid: key.kid }, c, () => Buffer.alloc(0)) }],
  ["that is critical about what we do not know", { token: (c, key) => jws({ alg: "RS256", kid: key.kid, crit: ["b64"], b64: false }, c, rs256(key)) }],
  ["of another type (at+jwt)", { token: (c, key) => jws({ alg: "RS256", kid: key.kid, typ: "at+jwt" }, c, rs256(key)) }],
  ["of 1 MB", { claims: (c) => ({ ...c, more: "x".repeat(1_000_000) }) }],
  ["that is no token", { token: () => "not.a.token" }],
  ["that is left out", { tokens: ({ id_token: _, ...t }) => t }],
  ["in HTML", { tokens: () => "<html><body>Sign in</body></html>" }],
  ["in half a JSON", { tokens: () => '{"id_token":"' }],
];

describe("a token", () => {
  it.each(tokens)("%s is refused", async (_what, evil) => {
    comes();
    issuer.evil = evil;
    const browser = new Browser(server);
    await refused(browser, "provider_wrong", await browser.signIn(issuer));
  });
});

describe("the token endpoint", () => {
  const answers: [string, string, (res: import("node:http").ServerResponse) => void][] = [
    ["fails", "provider_down", (res) => res.writeHead(503).end()],
    ["sends us elsewhere", "provider_wrong", (res) => res.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end()],
    ["breaks off", "provider_down", (res) => res.destroy()],
    ["knows no client", "provider_wrong", (res) => res.writeHead(401).end('{"error":"invalid_client"}')],
    ["takes the code no more", "flow_lost", (res) => res.writeHead(400).end('{"error":"invalid_grant"}')],
    ["floods", "provider_wrong", (res) => res.writeHead(200).end("x".repeat(2_000_000))],
  ];
  it.each(answers)("%s: %s", async (_what, problem, say) => {
    comes();
    issuer.evil.answer = (path, _req, res) => {
      if (path !== "/token") return false;
      say(res);
      return true;
    };
    const browser = new Browser(server);
    await refused(browser, problem, await browser.signIn(issuer));
  });

  it("that never answers is given up", async () => {
    comes();
    issuer.evil.answer = (path) => path === "/token";
    const browser = new Browser(server);
    const landing = browser.signIn(issuer);
    /* Others get in meanwhile. */
    expect((await ada.get("/me")).status).toBe(200);
    await refused(browser, "provider_down", await landing);
  });
});

describe("the userinfo", () => {
  it.each<[string, Evil, string]>([
    ["about somebody else", { userinfo: (u) => ({ ...u, sub: "another" }) }, "provider_wrong"],
    ["about nobody", { userinfo: () => ({ email: "x@y.example" }) }, "provider_wrong"],
    ["in HTML", { userinfo: () => "<html>" }, "provider_wrong"],
  ])("%s is refused", async (_what, evil, problem) => {
    comes();
    issuer.evil = { ...evil, claims: ({ email: _, name: __, ...c }) => c };
    const browser = new Browser(server);
    await refused(browser, problem, await browser.signIn(issuer));
  });
});

describe("the way back", () => {
  it("with a state of another browser is refused", async () => {
    comes();
    const mallory = new Browser(server);
    const back = issuer.consent((await mallory.start()).url);
    const victim = new Browser(server);
    await refused(victim, "flow_lost", await victim.land(back));
    /* Neither when that has a flow of its own. */
    await victim.start();
    await refused(victim, "flow_lost", await victim.land(back));
  });

  it("goes once", async () => {
    comes();
    issuer.evil.answer = (path, _req, res) => {
      if (path !== "/token") return false;
      res.writeHead(400).end('{"error":"invalid_grant"}');
      return true;
    };
    const browser = new Browser(server);
    const back = issuer.consent((await browser.start()).url);
    const kept = new Map(browser.cookies);
    await refused(browser, "flow_lost", await browser.land(back));
    issuer.evil = {};
    for (const [k, v] of kept) browser.cookies.set(k, v);
    await refused(browser, "flow_lost", await browser.land(back));
    expect(issuer.forms.filter((f) => f.get("code") === back.searchParams.get("code"))).toHaveLength(0);
  });

  it("with a code of another flow is refused (PKCE)", async () => {
    comes();
    const mallory = new Browser(server);
    const stolen = issuer.consent((await mallory.start()).url).searchParams.get("code") ?? "";
    const victim = new Browser(server);
    const back = issuer.consent((await victim.start()).url);
    back.searchParams.set("code", stolen);
    await refused(victim, "flow_lost", await victim.land(back));
  });

  it("of one provider is not taken to another (mix-up)", async () => {
    comes();
    const browser = new Browser(server);
    const back = issuer.consent((await browser.start({}, ids(0))).url);
    back.pathname = `/api/v1/oidc/${ids(1)}/callback`;
    await refused(browser, "flow_lost", await browser.land(back));
    expect(other.asked.get("/token")).toBeUndefined();
  });

  it("that names another issuer is refused (RFC 9207)", async () => {
    comes();
    const browser = new Browser(server);
    const back = issuer.consent((await browser.start()).url);
    back.searchParams.set("iss", other.url);
    await refused(browser, "provider_wrong", await browser.land(back));
  });

  it("that names no issuer is refused where it always does", async () => {
    comes();
    const one = fresh[0] as Issuer;
    one.account = issuer.account;
    one.evil.configuration = (c) => ({ ...c, authorization_response_iss_parameter_supported: true });
    const browser = new Browser(server);
    await refused(browser, "provider_wrong", await browser.signIn(one, {}, ids(2)));
  });

  it.each([
    ["without a code", (u: URL) => u.searchParams.delete("code"), "provider_wrong"],
    ["with an empty code", (u: URL) => u.searchParams.set("code", ""), "provider_wrong"],
    ["with two codes", (u: URL) => u.searchParams.append("code", "2"), "provider_wrong"],
    ["with a code of 5 KB", (u: URL) => u.searchParams.set("code", "c".repeat(5000)), "provider_wrong"],
    ["without a state", (u: URL) => u.searchParams.delete("state"), "flow_lost"],
    ["with the beginning of the state", (u: URL) => u.searchParams.set("state", (u.searchParams.get("state") ?? "").slice(0, 8)), "flow_lost"],
    ["with a state that is no state", (u: URL) => u.searchParams.set("state", "a=b; Path=/"), "flow_lost"],
    ["with a line feed", (u: URL) => u.searchParams.set("state", "abcdefgh\r\nSet-Cookie: a=b"), "provider_wrong"],
    ["after the person said no", (u: URL) => u.searchParams.set("error", "access_denied"), "denied"],
    ["after the provider failed", (u: URL) => u.searchParams.set("error", "server_error"), "provider_down"],
    ["after some other error", (u: URL) => u.searchParams.set("error", "<script>"), "provider_wrong"],
  ])("%s is refused", async (_what, change, problem) => {
    comes();
    const browser = new Browser(server);
    const back = issuer.consent((await browser.start()).url);
    change(back);
    await refused(browser, problem, await browser.land(back));
  });

  it("to a provider that is none is refused", async () => {
    const browser = new Browser(server);
    await refused(browser, "flow_lost", await browser.land(`${server.url}/api/v1/oidc/nobody/callback?code=1&state=2`));
    const odd = await browser.land(`${server.url}/api/v1/oidc/%0d%0aSet-Cookie:a=b/callback?code=1&state=2`);
    expect(odd.to).not.toContain("Set-Cookie");
    expect(await browser.me()).toBeUndefined();
  });

  it("with a cookie that was tampered with is refused", async () => {
    comes();
    const browser = new Browser(server);
    const back = issuer.consent((await browser.start()).url);
    const [name = "", value = ""] = [...browser.cookies][0] ?? [];
    browser.cookies.set(name, `${value.slice(0, -2)}AA`);
    await refused(browser, "flow_lost", await browser.land(back));
  });

  it.each([
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/\tevil",
    "/a\r\nSet-Cookie: a=b",
    "\\evil",
    "evil.example",
    "javascript:alert(1)",
    " /chat",
    "/\u{2215}evil.example",
  ])("leads to no other site: %j", async (path) => {
    const started = await new Browser(server).start({ return_to: path });
    expect(started.status).toBe(400);
    expect(started.body.error?.field).toBe("return_to");
  });

  it("does not end somebody else's sign-in when it was forged", async () => {
    const ben = await invited(ada, "Ben");
    people += 1;
    const browser = new Browser(server);
    const [name = "", value = ""] = ben.cookie.split("=");
    browser.cookies.set(name, value);
    expect((await browser.land(`${server.url}/api/v1/oidc/oidc/callback?code=1&state=${"x".repeat(43)}`)).problem).toBe("flow_lost");
    expect(await browser.me()).toMatchObject({ name: "Ben" });
  });
});

describe("a configuration or key set", () => {
  /* A trial forgets what is known, also what went wrong a moment ago. */
  const askAnew = (i: number) => ada.post(`/admin/providers/${ids(i)}/test`, {});
  const at = (path: string, say: (res: import("node:http").ServerResponse) => void): Evil => ({
    answer: (asked, _req, res) => {
      if (asked !== path) return false;
      say(res);
      return true;
    },
  });
  const WELL = "/.well-known/openid-configuration";
  const configurations: [string, Evil][] = [
    ["names another issuer", { configuration: (c) => ({ ...c, issuer: "https://accounts.google.com" }) }],
    ["has addresses that are none", { configuration: (c) => ({ ...c, token_endpoint: "file:///etc/passwd" }) }],
    ["has an address of script", { configuration: (c) => ({ ...c, authorization_endpoint: "javascript:alert(1)" }) }],
    ["has no keys", { configuration: ({ jwks_uri: _, ...c }) => c }],
    ["is HTML", { configuration: () => "<html>Welcome</html>" }],
    ["is a list", { configuration: () => [] }],
    ["names things twice", { configuration: (c) => JSON.stringify(c).replace("{", '{"issuer":"https://a.example",') }],
    ["sends us to a metadata address", at(WELL, (res) => res.writeHead(302, { location: "http://169.254.169.254/" }).end())],
    ["is 1 MB", { configuration: (c) => ({ ...c, more: "x".repeat(1_000_000) }) }],
  ];
  it.each(configurations)("that %s starts nothing", async (_what, evil) => {
    const one = fresh[1] as Issuer;
    one.evil = evil;
    await askAnew(3);
    const browser = new Browser(server);
    const started = await browser.start({}, ids(3));
    expect(started.status).toBe(502);
    expect(started.body.error?.code).toBe("provider_failed");
    expect(browser.cookies.size).toBe(0);
  });

  const keys: [string, Evil, string][] = [
    ["is 1 MB", { keys: (k) => ({ ...k, more: "x".repeat(1_000_000) }) }, "provider_wrong"],
    ["is no key set", { keys: () => ({}) }, "provider_wrong"],
    ["sends us to a metadata address", at("/keys", (res) => res.writeHead(302, { location: "http://169.254.169.254/" }).end()), "provider_wrong"],
    ["fails", at("/keys", (res) => res.writeHead(500).end()), "provider_down"],
  ];
  it.each(keys)("of keys that %s lets nobody in", async (_what, evil, problem) => {
    comes();
    const one = fresh[2] as Issuer;
    one.account = issuer.account;
    one.evil = evil;
    await askAnew(4);
    const browser = new Browser(server);
    await refused(browser, problem, await browser.signIn(one, {}, ids(4)));
  });

  it("at an address of the inner network is not asked for", async () => {
    comes();
    const one = fresh[3] as Issuer;
    one.account = issuer.account;
    one.evil.configuration = (c) => ({ ...c, token_endpoint: "http://169.254.169.254/token", userinfo_endpoint: "http://10.0.0.1/u" });
    const browser = new Browser(server);
    await refused(browser, "provider_down", await browser.signIn(one, {}, ids(5)));
  });

  it("may not lead to a picture of the inner network", async () => {
    comes();
    const before = await count();
    issuer.account = { ...issuer.account, picture: "http://169.254.169.254/latest/meta-data" };
    const browser = new Browser(server);
    expect((await browser.signIn(issuer)).problem).toBeUndefined();
    people = before + 1;
    await new Promise((done) => setTimeout(done, 200));
    expect((await browser.me())?.picture).toBeNull();
  });
});

describe("too often", () => {
  it("is a page, too", async () => {
    const house = await Server.start({
      env: {
        SESSION_SECRET: "for-tests-alone-for-tests-alone-1",
        ALLOWED_PEERS: "127.0.0.1",
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: issuer.clientId,
        OIDC_CLIENT_SECRET: issuer.secret,
      },
    });
    const browser = new Browser(house);
    let problem: string | undefined;
    for (let i = 0; i < 200 && problem !== "too_often"; i++)
      problem = (await browser.land(`${house.url}/api/v1/oidc/oidc/callback?state=${"x".repeat(43)}`)).problem;
    expect(problem).toBe("too_often");
    await house.stop();
  });
});
