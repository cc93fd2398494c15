import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Me } from "../../web/src/api/gen";
import { codeOf } from "./support/authenticator";
import { invited, PASSWORD, Person, type Refusal, setUp } from "./support/person";
import { Server } from "./support/server";

/* What somebody had the right to do ends with the right: what is under way, and what they have made. */

let server: Server;
let ada: Person;
let count = 0;

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  ada = await setUp(server);
});
afterAll(() => server.stop());

const somebody = (role = "member") => invited(ada, `Person ${(count += 1)}`, role);
const tokenOf = (url: string): string => url.split("#")[1] ?? "";
const change = (who: Person, body: object) =>
  ada.call<unknown>("PATCH", `/api/v1/admin/people/${who.me.id}`, body);

/** Sign-ins whose hash is being made while something happens; those that came in. */
async function during(who: Person, act: () => Promise<unknown>): Promise<Person[]> {
  const tries = Array.from({ length: 6 }, () => new Person(server));
  const under = tries.map((p) =>
    p.post<Me & Refusal>("/session", { email: who.me.email, password: PASSWORD }),
  );
  await new Promise((done) => setTimeout(done, 20));
  await act();
  const answers = await Promise.all(under);
  return tries.filter((_, i) => answers[i]?.status === 201);
}

describe("a sign-in under way", () => {
  it("lets nobody in who is deactivated meanwhile", async () => {
    const who = await somebody();
    const came = await during(who, () => change(who, { active: false }));
    for (const p of came) expect((await p.get("/me")).status).toBe(401);
  });

  it("gives the role of now", async () => {
    const who = await somebody("admin");
    const came = await during(who, () => change(who, { role: "member" }));
    for (const p of came) expect((await p.get("/admin/people")).status).not.toBe(200);
  });

  it("by a password that is another one by then leads nowhere", async () => {
    const who = await somebody();
    const made = await ada.post<{ url: string }>(`/admin/people/${who.me.id}/reset`, undefined);
    const reset = { token: tokenOf(made.body.url), password: "another horse battery" };
    const came = await during(who, () => new Person(server).post("/resets/accept", reset));
    for (const p of came) expect((await p.get("/me")).status).toBe(401);
  });
});

describe("links that somebody made", () => {
  const accept = (url: string) =>
    new Person(server).post<Refusal>("/invites/accept", {
      token: tokenOf(url),
      email: `rogue${(count += 1)}@example.org`,
      name: "Rogue",
      password: PASSWORD,
    });

  it.each([{ active: false }, { role: "member" }])("end with %o", async (what) => {
    const admin = await somebody("admin");
    const victim = await somebody();
    const invite = await admin.post<{ url: string }>("/invites", { max_uses: 10 });
    const reset = await admin.post<{ url: string }>(`/admin/people/${victim.me.id}/reset`, undefined);
    expect([invite.status, reset.status]).toEqual([201, 201]);
    expect((await change(admin, what)).status).toBe(200);
    expect((await accept(invite.body.url)).status).toBe(404);
    const use = { token: tokenOf(reset.body.url), password: "another horse battery" };
    expect((await new Person(server).post("/resets/accept", use)).status).toBe(404);
    expect((await victim.get("/me")).status).toBe(200);
  });

  it("bring no more guests in once they are deactivated", async () => {
    const host = await somebody();
    const other = await somebody();
    const group = await host.post<{ id: string }>("/channels", {
      kind: "group",
      name: "Launch",
      members: [other.me.id, ada.me.id],
    });
    const made = await host.post<{ url: string }>(`/channels/${group.body.id}/guest-links`, {});
    expect(made.status).toBe(201);
    expect((await change(host, { active: false })).status).toBe(200);
    const join = { token: tokenOf(made.body.url), name: "Host again" };
    expect((await new Person(server).post("/guests/join", join)).status).toBe(404);
  });
});

describe("one's own ways in", () => {
  it("are not an administrator's to open for themselves without a proof", async () => {
    const admin = await somebody("admin");
    const { secret } = (await admin.post<{ secret: string }>("/me/totp", { password: PASSWORD })).body;
    expect((await admin.put("/me/totp", { code: codeOf(secret) })).status).toBe(200);
    expect((await admin.post(`/admin/people/${admin.me.id}/reset`, undefined)).status).toBe(403);
    const off = await admin.call("DELETE", `/api/v1/admin/people/${admin.me.id}/totp`);
    expect(off.status).toBe(403);
  });

  it("are nobody's to open by an API token", async () => {
    const admin = await somebody("admin");
    const victim = await somebody();
    const made = await admin.post<{ secret: string }>("/tokens", {
      name: "deploy",
      scopes: ["read", "admin"],
    });
    const bot = new Person(server, { authorization: `Bearer ${made.body.secret}` });
    expect((await bot.get("/admin/people")).status).toBe(200);
    expect((await bot.post(`/admin/people/${victim.me.id}/reset`, undefined)).status).toBe(403);
    expect((await bot.post(`/admin/people/${admin.me.id}/reset`, undefined)).status).toBe(403);
    expect((await bot.call("DELETE", `/api/v1/admin/people/${victim.me.id}/totp`)).status).toBe(403);
  });
});
