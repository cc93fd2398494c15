import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, invited, PASSWORD, Person, type Refusal, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/* Who asks too often is told when to come again (S17), and keeps nobody else out. */

let server: Server;
let ada: Person;
let ben: Person;
let eves: Person[];

beforeAll(async () => {
  /* So that a test can come from many places. */
  server = await Server.start({ env: { TRUSTED_PROXIES: "127.0.0.1,::1" } });
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
  eves = [];
  for (const name of ["Eve", "Eva", "Evi", "Ewa"]) eves.push(await invited(ada, name));
});
afterAll(() => server.stop());

const from = (place: string) => ({ "x-forwarded-for": place });

function held(answer: Answer<Refusal>): void {
  expect([answer.status, answer.body.error?.code]).toEqual([429, "rate_limited"]);
  expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
  expect(answer.body.error.message).toMatch(/again in \d+ second/);
}

/** Calls until it is held back; how often it was not. */
async function untilHeld(call: (i: number) => Promise<Answer<Refusal>>, most: number): Promise<number> {
  for (let i = 0; i < most; i++) {
    const answer = await call(i);
    if (answer.status === 429) {
      held(answer);
      return i;
    }
  }
  throw new Error(`never held back in ${most} calls`);
}

describe("guessing at a password", () => {
  const guess = (place: string, email: string, password = "wrong horse battery") =>
    new Person(server).call("POST", "/api/v1/session", { email, password }, from(place));

  it("is held back for one account at one site after five", async () => {
    expect(await untilHeld(() => guess("198.51.100.1", ben.me.email), 7)).toBe(5);
    /* Not even with the right one, from there. */
    held(await guess("198.51.100.1", ben.me.email, PASSWORD));
  });

  it("locks nobody out of their account", async () => {
    for (let site = 10; site < 16; site++) await untilHeld(() => guess(`198.51.100.${site}`, ben.me.email), 7);
    expect((await guess("198.51.100.2", ben.me.email, PASSWORD)).status).toBe(201);
    expect((await guess("198.51.100.1", ada.me.email, PASSWORD)).status).toBe(201);
  });

  it("counts a network of IPv6 as one site", async () => {
    expect(await untilHeld((i) => guess(`2001:db8:0:1::${i + 1}`, ben.me.email), 7)).toBe(5);
    expect((await guess("2001:db8:0:2::1", ben.me.email, PASSWORD)).status).toBe(201);
  });

  it("is held back at many accounts after thirty", async () => {
    const tries = await untilHeld((i) => guess("198.51.100.3", `nobody${i}@example.org`), 40);
    expect(tries).toBeGreaterThanOrEqual(30);
  });

  it("takes no account of an address that whoever is not trusted has made up", async () => {
    const other = await Server.start();
    try {
      const tries = await untilHeld(
        (i) =>
          new Person(other).call(
            "POST",
            "/api/v1/session",
            { email: "ada@example.org", password: "wrong horse battery" },
            from(`203.0.113.${i}`),
          ),
        7,
      );
      expect(tries).toBe(5);
    } finally {
      await other.stop();
    }
  });
});

describe("guessing at links and codes", () => {
  const token = "A".repeat(43);
  const cases: [string, (i: number) => [string, string, object]][] = [
    ["an invitation", () => ["POST", "/invites/lookup", { token }]],
    ["a link for a password", () => ["POST", "/resets/lookup", { token }]],
    ["a link that is used", () => ["POST", "/resets/accept", { token, password: PASSWORD }]],
    ["a set-up", () => ["POST", "/setup", { token, email: "e@example.org", name: "E", password: PASSWORD, team: "E" }]],
  ];

  it.each(cases)("as %s is held back", async (name, call) => {
    const place = `203.0.113.${10 + cases.findIndex(([other]) => other === name)}`;
    const tries = await untilHeld((i) => {
      const [method, path, body] = call(i);
      return new Person(server).call(method, `/api/v1${path}`, body, from(place));
    }, 90);
    expect(tries).toBeLessThanOrEqual(80);
  });

  it("as the present password is held back, as at the door", async () => {
    const who = await invited(ada, "Carl");
    const change = () => who.put<Refusal>("/me/password", { current: "wrong horse battery", password: PASSWORD });
    expect(await untilHeld(change, 7)).toBe(5);
    expect((await who.get("/me")).status).toBe(200);
  });

  it("as the code of an authenticator is held back", async () => {
    const who = await invited(ada, "Dora");
    await who.post("/me/totp", { password: PASSWORD });
    expect(await untilHeld(() => who.put<Refusal>("/me/totp", { code: "000000" }), 7)).toBeLessThanOrEqual(5);
  });
});

describe("doing something often", () => {
  const cases: [string, number, (who: Person, channel: string) => Promise<Answer<Refusal>>][] = [
    ["sending", 500, (who, channel) => who.post("/channels/" + channel + "/messages", { client_id: uuid(), body: "x" })],
    ["changing one's name", 500, (who) => who.call("PATCH", "/api/v1/me", { name: "Eve" })],
    ["inviting", 200, () => ada.post("/invites", {})],
    ["making groups", 200, (who) => who.post("/channels", { kind: "group", name: "x", members: [] })],
  ];

  it.each(cases)("as %s is held back, for that one only", async (_, most, call) => {
    const who = eves.pop() ?? ada;
    const channel = (await who.general()).id;
    let status = 0;
    let answer: Answer<Refusal> | undefined;
    /* Many at once: one after the other a slow machine would never be too often. */
    for (let i = 0; i < most && status !== 429; i += 50) {
      const all = await Promise.all(Array.from({ length: 50 }, () => call(who, channel)));
      answer = all.find((a) => a.status === 429);
      status = answer?.status ?? 0;
    }
    if (answer === undefined) throw new Error("never held back");
    held(answer);
    const general = (await ben.general()).id;
    expect((await ben.send(general, "I am not held back")).status).toBe(201);
  });
});
