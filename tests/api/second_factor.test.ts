import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AdminPerson, AuditEntry, Me, Security, SessionInfo } from "../../web/src/api/gen";
import { codeOf, earlyInStep, wrongCodeOf } from "./support/authenticator";
import { type Answer, invited, PASSWORD, Person, type Refusal, setUp } from "./support/person";
import { Server } from "./support/server";

/* The authenticator: set up, asked for, replayed, guessed at, lost. */

let server: Server;
let ada: Person;
let count = 0;

beforeAll(async () => {
  /* What holds guessing back elsewhere would hold these tests back: here the factor's own rule counts. */
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  ada = await setUp(server);
});
afterAll(() => server.stop());
beforeEach(() => earlyInStep());

const newcomer = () => {
  count += 1;
  return invited(ada, `Ben ${count}`);
};
const security = async (who: Person) => (await who.get<Security>("/me/security")).body;
const begin = (who: Person, password?: string) =>
  who.post<{ secret: string; uri: string } & Refusal>("/me/totp", password === undefined ? {} : { password });
const confirm = (who: Person, code: string) =>
  who.put<{ recovery_codes: string[] } & Refusal>("/me/totp", { code });
const signIn = (who: Person, code?: string, password = PASSWORD): Promise<Answer<Me & Refusal>> =>
  new Person(server).post("/session", {
    email: who.me.email,
    password,
    ...(code === undefined ? {} : { code }),
  });

/** Somebody with an authenticator whose next good code is that of this step. */
async function withFactor(): Promise<{ who: Person; secret: string; codes: string[] }> {
  const who = await newcomer();
  const { secret } = (await begin(who, PASSWORD)).body;
  const codes = (await confirm(who, codeOf(secret, -1))).body.recovery_codes;
  return { who, secret, codes };
}

describe("setting it up", () => {
  it("asks for the password, and for no code until one was confirmed", async () => {
    const who = await newcomer();
    expect((await begin(who)).body.error).toMatchObject({ code: "bad_value", field: "password" });
    expect((await begin(who, "wrong horse battery")).body.error.code).toBe("wrong_password");
    const begun = await begin(who, PASSWORD);
    expect(begun.body.secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(begun.body.uri).toContain(`otpauth://totp/Contoso:${who.me.email.replace("@", "%40")}?secret=`);
    expect(await security(who)).toMatchObject({ password: true, second_factor: false });
    expect((await signIn(who)).status).toBe(201);
    const wrong = await confirm(who, wrongCodeOf(begun.body.secret));
    expect([wrong.status, wrong.body.error.code]).toEqual([401, "wrong_code"]);
    expect((await signIn(who)).status).toBe(201);
  });

  it("gives recovery codes, ends all other sessions, and this one a new token", async () => {
    const who = await newcomer();
    const phone = await new Person(server).enter("/session", { email: who.me.email, password: PASSWORD });
    const line = await phone.socket();
    const own = await who.socket();
    await line.next("gap");
    await own.next("gap");
    const { secret } = (await begin(who, PASSWORD)).body;
    const before = new Person(server);
    before.cookie = who.cookie;

    const done = await confirm(who, codeOf(secret));
    expect(done.status).toBe(200);
    expect(new Set(done.body.recovery_codes).size).toBe(10);
    for (const code of done.body.recovery_codes) expect(code).toMatch(/^[a-z2-7]{5}-[a-z2-7]{5}$/);
    expect((await line.closed).code).toBe(4401);
    expect((await phone.get("/me")).status).toBe(401);
    expect(who.cookie).not.toBe(before.cookie);
    expect((await before.get("/me")).status).toBe(401);
    expect((await who.get("/me")).status).toBe(200);
    await ada.send((await ada.general()).id, "still there?");
    await own.next("message");
    expect((await who.get<{ sessions: SessionInfo[] }>("/sessions")).body.sessions.length).toBe(1);
    expect(await security(who)).toMatchObject({ second_factor: true, recovery_codes: 10 });
    expect((await begin(who, PASSWORD)).status).toBe(409);
    expect((await confirm(who, codeOf(secret, 1))).status).toBe(409);
    own.close();
  });
});

describe("signing in", () => {
  it("takes a code once, and none before it", async () => {
    const { who, secret } = await withFactor();
    const asked = await signIn(who);
    expect([asked.status, asked.body.error.code]).toEqual([401, "second_factor"]);
    expect((await signIn(who, wrongCodeOf(secret))).body.error.code).toBe("wrong_code");
    /* That of the confirmation, and of the step before it. */
    expect((await signIn(who, codeOf(secret, -1))).body.error.code).toBe("wrong_code");
    expect((await signIn(who, codeOf(secret, -2))).body.error.code).toBe("wrong_code");
    const code = codeOf(secret);
    expect((await signIn(who, `${code.slice(0, 3)} ${code.slice(3)}`)).status).toBe(201);
    expect((await signIn(who, code)).body.error.code).toBe("wrong_code");
    expect((await signIn(who, codeOf(secret, 1))).status).toBe(201);
    expect((await signIn(who, code, "wrong horse battery")).body.error.code).toBe("wrong_password");
  });

  it("lets only one of many through who bring the same code at once", async () => {
    const { who, secret } = await withFactor();
    const code = codeOf(secret);
    const all = await Promise.all(Array.from({ length: 6 }, () => signIn(who, code)));
    expect(all.filter((a) => a.status === 201).length).toBe(1);
  });

  it("takes a recovery code once, however it is typed", async () => {
    const { who, codes } = await withFactor();
    const code = codes[3] ?? "";
    expect((await signIn(who, code.toUpperCase().replace("-", " "))).status).toBe(201);
    expect((await signIn(who, code)).body.error.code).toBe("wrong_code");
    expect((await security(who)).recovery_codes).toBe(9);
    const log = await ada.get<{ entries: AuditEntry[] }>("/admin/audit?action=recovery.used");
    expect(log.body.entries[0]).toMatchObject({ target: who.me.id });
  });

  it("with many wrong codes waits for an hour, or for an administrator", async () => {
    const { who, secret, codes } = await withFactor();
    for (let i = 0; i < 10; i++)
      expect((await signIn(who, wrongCodeOf(secret))).body.error.code).toBe("wrong_code");
    for (const code of [codeOf(secret), codes[0]]) {
      const held = await signIn(who, code);
      expect([held.status, held.body.error.code]).toEqual([429, "rate_limited"]);
      expect(Number(held.headers.get("retry-after"))).toBeGreaterThan(3000);
    }
    expect((await who.get("/me")).status).toBe(200);
    const path = `/api/v1/admin/people/${who.me.id}/totp`;
    expect((await who.call("DELETE", path)).status).toBe(403);
    expect((await ada.call("DELETE", path)).status).toBe(204);
    expect((await who.get("/me")).status).toBe(401);
    expect((await signIn(who)).status).toBe(201);
    expect((await ada.call("DELETE", path)).status).toBe(404);
  });

  it("is not held back by a stranger without the password", async () => {
    const { who, secret } = await withFactor();
    for (let i = 0; i < 12; i++)
      expect((await signIn(who, wrongCodeOf(secret), "wrong horse battery")).status).toBe(401);
    expect((await signIn(who, codeOf(secret))).status).toBe(201);
  });
});

describe("what is changed later", () => {
  it("is a new password, by the old one and a code", async () => {
    const { who, secret } = await withFactor();
    const change = (body: object) => who.put<Me & Refusal>("/me/password", body);
    const wanted = "another horse battery";
    expect((await change({ current: PASSWORD, password: wanted })).body.error.code).toBe("second_factor");
    const wrong = { current: PASSWORD, password: wanted, code: wrongCodeOf(secret) };
    expect((await change(wrong)).body.error.code).toBe("wrong_code");
    expect((await change({ ...wrong, code: codeOf(secret) })).status).toBe(200);
    expect((await signIn(who, codeOf(secret, 1))).body.error.code).toBe("wrong_password");
    expect((await signIn(who, codeOf(secret, 1), wanted)).status).toBe(201);
  });

  it("are new recovery codes, which end the old ones", async () => {
    const { who, secret, codes } = await withFactor();
    const wrong = await who.post<Refusal>("/me/recovery-codes", { code: wrongCodeOf(secret) });
    expect(wrong.body.error.code).toBe("wrong_code");
    const renewed = await who.post<{ recovery_codes: string[] }>("/me/recovery-codes", { code: codes[0] });
    expect(renewed.status).toBe(200);
    expect((await signIn(who, codes[1])).body.error.code).toBe("wrong_code");
    expect((await signIn(who, renewed.body.recovery_codes[1])).status).toBe(201);
  });

  it("is that no code is asked for any more", async () => {
    const { who, secret } = await withFactor();
    const phone = await new Person(server).enter("/session", {
      email: who.me.email,
      password: PASSWORD,
      code: codeOf(secret),
    });
    const old = who.cookie;
    expect((await who.post("/me/totp/off", { code: codeOf(secret) })).status).toBe(401);
    expect((await who.post("/me/totp/off", { code: codeOf(secret, 1) })).status).toBe(204);
    expect(who.cookie).not.toBe(old);
    expect((await phone.get("/me")).status).toBe(401);
    expect((await who.get("/me")).status).toBe(200);
    expect((await signIn(who)).status).toBe(201);
    expect((await who.post("/me/totp/off", { code: codeOf(secret, 1) })).status).toBe(409);
    const listed = await ada.get<{ people: AdminPerson[] }>(`/admin/people?query=${who.me.email}`);
    expect(listed.body.people[0]?.second_factor).toBe(false);
  });
});
