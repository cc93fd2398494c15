import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry, Me, Security, State } from "../../web/src/api/gen";
import { codeOf } from "./support/authenticator";
import { invited, PASSWORD, Person, type Refusal, setUp } from "./support/person";
import { Server } from "./support/server";

/* `convene admin user ...` beside a server that runs. */

let server: Server;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
});
afterAll(() => server.stop());

const user = (...args: readonly string[]) => server.command("admin", "user", ...args);
const signIn = () =>
  new Person(server).post<Me & Refusal>("/session", { email: ben.me.email, password: PASSWORD });

describe("the list", () => {
  it("has everybody with what they are", () => {
    const { code, out } = user("list");
    expect(code).toBe(0);
    expect(out).toMatch(/^owner +active +1 - +ada@example\.org +Ada Lovelace$/m);
    expect(out).toMatch(/^member +active +1 - +ben@example\.org +Ben$/m);
  });
});

describe("what it does", () => {
  it("counts for the server that runs", async () => {
    expect(user("deactivate", "--email", " BEN@example.org").out).toContain("cannot sign in");
    expect((await signIn()).status).toBe(401);
    expect(user("list").out).toMatch(/member +deactivated +0/);
    expect(user("restore", "--email", "ben@example.org").code).toBe(0);
    expect((await signIn()).status).toBe(201);
    expect(user("role", "--email", "ben@example.org", "--role", "admin").code).toBe(0);
    expect((await signIn()).body.role).toBe("admin");
    const log = await ada.get<{ entries: AuditEntry[] }>("/admin/audit?action=person.role");
    expect(log.body.entries[0]).toMatchObject({ actor: null, target: ben.me.id, ip: "" });
    const chain = await ada.post<{ broken_at: number | null }>("/admin/audit/verify", undefined);
    expect(chain.body.broken_at).toBe(null);
  });

  it("prints a link for a new password", async () => {
    const { code, out } = user("reset", "--email", "ben@example.org");
    expect(code).toBe(0);
    const token = /\/reset#([\w-]{43})\n/.exec(out)?.[1];
    const wanted = "another horse battery";
    expect((await new Person(server).post("/resets/accept", { token, password: wanted })).status).toBe(204);
    const again = { email: "ben@example.org", password: wanted };
    const done = await new Person(server).enter("/session", again);
    expect((await done.put("/me/password", { current: wanted, password: PASSWORD })).status).toBe(200);
  });

  it("ends a second factor", async () => {
    const who = await new Person(server).enter("/session", { email: "ben@example.org", password: PASSWORD });
    const { secret } = (await who.post<{ secret: string }>("/me/totp", { password: PASSWORD })).body;
    await who.put("/me/totp", { code: codeOf(secret) });
    expect((await who.get<Security>("/me/security")).body.second_factor).toBe(true);
    expect((await signIn()).body.error.code).toBe("second_factor");
    expect(user("totp-off", "--email", "ben@example.org").code).toBe(0);
    expect((await signIn()).status).toBe(201);
    expect(user("totp-off", "--email", "ben@example.org")).toMatchObject({ code: 1 });
  });

  it("takes an administrator's rights from their API token as well, without a session to end", async () => {
    const cy = await invited(ada, "Cy", "admin");
    const made = await cy.post<{ secret: string }>("/tokens", { name: "deploy", scopes: ["read", "admin"] });
    const bot = new Person(server, { authorization: `Bearer ${made.body.secret}` });
    expect((await bot.get("/admin/people")).status).toBe(200);
    expect((await cy.call("DELETE", "/api/v1/session")).status).toBe(204);
    expect(user("role", "--email", "cy@example.org", "--role", "member").code).toBe(0);
    const end = performance.now() + 25_000;
    let status = 200;
    while (status === 200 && performance.now() < end) {
      await new Promise((done) => setTimeout(done, 500));
      status = (await bot.get("/admin/people")).status;
    }
    expect(status).toBe(403);
    expect((await bot.get("/channels")).status).toBe(200);
  });

  it("ends sessions that are open elsewhere, sockets with them, within 20 seconds", async () => {
    const who = await new Person(server).enter("/session", { email: "ben@example.org", password: PASSWORD });
    const line = await who.socket();
    await line.next("gap");
    const begun = performance.now();
    expect(user("sessions-end", "--email", "ben@example.org").code).toBe(0);
    expect((await line.closed).code).toBe(4401);
    const took = performance.now() - begun;
    console.log(`# what another process ended was gone after ${(took / 1000).toFixed(1)} s`);
    expect(took).toBeLessThan(25_000);
    expect((await who.get("/me")).status).toBe(401);
    expect((await ada.get("/me")).status).toBe(200);
  });
});

describe("what it refuses", () => {
  it("is said in a sentence", () => {
    const cases: [string[], number, string][] = [
      [["deactivate", "--email", "ada@example.org"], 1, "last owner"],
      [["role", "--email", "ada@example.org", "--role", "member"], 1, "last owner"],
      [["reset", "--email", "eve@example.org"], 1, "nobody has this address"],
      [["role", "--email", "ben@example.org"], 2, "--role"],
      [["role", "--email", "ben@example.org", "--role", "guest"], 2, "--role"],
      [["deactivate"], 2, "--email"],
      [["list", "--email", "ben@example.org"], 2, "no address"],
      [["reset", "--role", "owner"], 2, "not known"],
      [["reset", "--email"], 2, "missing"],
      [["murder"], 2, "nothing"],
    ];
    for (const [args, code, text] of cases) {
      const answer = user(...args);
      expect([args.join(" "), answer.code]).toEqual([args.join(" "), code]);
      expect(answer.err).toContain(text);
      expect(answer.err).not.toContain("  \n");
    }
  });
});

describe("the first person by the command line", () => {
  it("owns the house and its team, as by the link", async () => {
    const empty = await Server.start({ env: { RATE_LIMITS: "off" } });
    const words = "admin user add --email eve@example.org --name Eve --password-stdin --admin";
    const made = empty.feed(PASSWORD, ...words.split(" "));
    expect(made.code).toBe(0);
    const eve = await new Person(empty).enter("/session", { email: "eve@example.org", password: PASSWORD });
    expect(eve.me.role).toBe("owner");
    const state = (await eve.get<State>("/state")).body;
    expect(state.teams.map((t) => t.role)).toEqual(["owner"]);
    await empty.stop();
  });
});
