import { afterAll, beforeAll, expect, it } from "vitest";
import type { ApiToken } from "../../web/src/api/gen";
import { codeOf } from "./support/authenticator";
import { routes } from "./support/contract";
import { invited, PASSWORD, Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/*
 * No secret in the log (S23), however much it tells: what people type, what lets them in, what the operator
 * has set.  Every route is called with them in the places where a careless line would print them.
 */

const SETTINGS = {
  SESSION_SECRET: "a-session-secret-for-the-log-0123456789",
  METRICS_TOKEN: "a-metrics-token-for-the-log",
  OIDC_ISSUER: "https://id.example.org",
  OIDC_CLIENT_ID: "convene",
  OIDC_CLIENT_SECRET: "a-client-secret-for-the-log",
  OIDC_NAME: "Example",
  SMTP_URL: "smtp://convene:a-mail-password-for-the-log@127.0.0.1:9",
  MAIL_FROM: "convene@example.org",
  TURN_URLS: "turn:turn.example.org",
  TURN_SECRET: "a-turn-secret-for-the-log",
  TURN_API_KEY: "a-turn-api-key-for-the-log",
  TURN_API_HOST: "http://127.0.0.1:9",
};
const WRONG = "a wrong password for the log";
const MADE_UP = "MADEUPforTHElog0123456789abcdefghijklmnopqr";

let server: Server;

beforeAll(async () => {
  server = await Server.start({
    env: { ...SETTINGS, LOG_LEVEL: "debug", RATE_LIMITS: "off", PUBLIC_URL: "https://chat.example.org" },
  });
});
afterAll(() => server.stop());

it("is printed at LOG_LEVEL=debug", async () => {
  const setup = server.setupToken; /* this one the server shows on purpose, once */
  const ada = await setUp(server);
  const secrets = new Map<string, string>();
  const keep = (what: string, secret: string | undefined) => {
    if (secret === undefined || secret.length < 6) throw new Error(`no ${what}`);
    secrets.set(what, secret);
  };

  keep("session", ada.cookie.split("=")[1]);
  const invite = (await ada.post<{ url: string }>("/invites", {})).body.url.split("#")[1];
  keep("invitation", invite);
  const ben = await invited(ada, "Ben");
  keep("session of a member", ben.cookie.split("=")[1]);
  const reset = (await ada.post<{ url: string }>(`/admin/people/${ben.me.id}/reset`, undefined)).body.url;
  keep("link for a password", reset.split("#")[1]);
  await new Person(server).post("/resets/lookup", { token: reset.split("#")[1] });
  const totp = (await ben.post<{ secret: string }>("/me/totp", { password: PASSWORD })).body.secret;
  keep("authenticator", totp);
  const code = codeOf(totp);
  const codes = (await ben.put<{ recovery_codes: string[] }>("/me/totp", { code })).body.recovery_codes;
  for (const [i, c] of codes.entries()) keep(`recovery code ${i}`, c);
  keep("session after the change", ben.cookie.split("=")[1]);
  const wish = { name: "Bot", scopes: ["read"] };
  const bot = await ada.post<{ token: ApiToken; secret: string }>("/tokens", wish);
  keep("API token", bot.body.secret);
  await new Person(server).call("GET", "/api/v1/me", undefined, { authorization: `Bearer ${bot.body.secret}` });
  for (const body of [
    { email: ben.me.email, password: WRONG },
    { email: ben.me.email, password: PASSWORD, code: codes[0] },
  ])
    await new Person(server).post("/session", body);
  await new Person(server).post("/resets/mail", { email: ada.me.email });

  /* Every route, with what fits no place and with what was made up. */
  for (const { method, path, op } of routes) {
    if (["session_end", "session_end_others"].includes(op.operationId)) continue;
    const at = path.replaceAll(/\{[a-z]+\}/g, () => uuid());
    const body = { token: MADE_UP, password: WRONG, current: WRONG, code: MADE_UP, email: WRONG, secret: MADE_UP };
    for (const b of op.requestBody === undefined ? [undefined] : [body, JSON.stringify(body).slice(0, -2)])
      await ada.call(method, at, b, { authorization: `Basic ${MADE_UP}`, "x-api-key": MADE_UP });
    await new Person(server).call(method, `${at}?token=${MADE_UP}`, undefined, {
      cookie: `__Host-convene=${MADE_UP}`,
      authorization: `Bearer cvn_${MADE_UP}`,
    });
  }
  const line = await ada.socket("", { origin: "https://chat.example.org" });
  await line.next("gap");
  line.close();

  keep("password", PASSWORD);
  keep("wrong password", WRONG);
  keep("made-up secret", MADE_UP);
  keep("hash of a password", "$argon2id");
  for (const name of ["SESSION_SECRET", "METRICS_TOKEN", "OIDC_CLIENT_SECRET", "TURN_SECRET", "TURN_API_KEY"] as const)
    keep(name, SETTINGS[name]);
  keep("SMTP_URL's password", "a-mail-password-for-the-log");
  keep("text of a message", "a message that is nobody's business");
  await ada.send((await ada.general()).id, "a message that is nobody's business");

  await server.end();
  const log = server.output;
  expect(log).toMatch(/ debug /);
  for (const [what, secret] of secrets) expect([what, log.includes(secret)]).toEqual([what, false]);
  expect(log.split(setup).length - 1).toBe(1);
  console.log(`# ${secrets.size} secrets, ${routes.length} routes, ${log.length} bytes of log`);
  await server.again();
});
