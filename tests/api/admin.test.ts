import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AdminPerson,
  AdminSession,
  ApiToken,
  AuditEntry,
  Storage,
} from "../../web/src/api/gen";
import { invited, PASSWORD, Person, type Refusal, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/* What administrators do with people, and what is written down of it. */

let server: Server;
let owner: Person;
let admin: Person;
let ben: Person;

const people = (who: Person, query = "") =>
  who.get<{ people: AdminPerson[]; more: boolean }>(`/admin/people${query}`);
const edit = (who: Person, person: Person, body: unknown) =>
  who.call<AdminPerson & Refusal>("PATCH", `/api/v1/admin/people/${person.me.id}`, body);
const signIn = (who: Person) =>
  new Person(server).enter("/session", { email: who.me.email, password: PASSWORD });

async function invitedAs(role: string, name: string): Promise<Person> {
  const made = await owner.post<{ url: string }>("/invites", { role, max_uses: 1 });
  return new Person(server).enter("/invites/accept", {
    token: made.body.url.split("#")[1],
    email: `${name.toLowerCase()}@example.org`,
    name,
    password: PASSWORD,
  });
}

beforeAll(async () => {
  server = await Server.start();
  owner = await setUp(server);
  admin = await invitedAs("admin", "Admin");
  ben = await invited(owner, "Ben");
});
afterAll(() => server.stop());

describe("the list of people", () => {
  it("is found by name, kind and page", async () => {
    const all = (await people(admin)).body;
    expect(all.people.length).toBe(3);
    expect(all.more).toBe(false);
    expect(all.people.find((p) => p.person.name === "Ben")).toMatchObject({
      password: true,
      second_factor: false,
      sessions: 1,
      guest_until: null,
    });
    expect((await people(admin, "?query=be")).body.people.map((p) => p.person.name)).toEqual(["Ben"]);
    expect((await people(admin, "?query=%25")).body.people).toEqual([]);
    expect((await people(admin, "?filter=admins")).body.people.length).toBe(2);
    const page = (await people(admin, "?limit=2")).body;
    expect(page.people.length).toBe(2);
    expect(page.more).toBe(true);
    expect((await people(admin, "?limit=2&offset=2")).body.people.length).toBe(1);
    expect(JSON.stringify(all)).not.toContain("argon2");
  });

  it("is not a member's", async () => {
    expect((await people(ben)).status).toBe(403);
  });
});

describe("a role", () => {
  it("is given by rank, and ends the person's sessions within a second", async () => {
    const eve = await invited(owner, "Eve");
    const line = await eve.socket();
    await line.next("gap");
    const begun = performance.now();
    expect((await edit(owner, eve, { role: "admin" })).body.person.role).toBe("admin");
    expect((await line.closed).code).toBe(4401);
    console.log(`# gone after ${(performance.now() - begun).toFixed(1)} ms`);
    expect((await eve.get("/me")).status).toBe(401);
    const again = await signIn(eve);
    expect((await people(again)).status).toBe(200);
    expect((await edit(owner, eve, { role: "member" })).status).toBe(200);
    expect((await people(again)).status).toBe(401);
    expect((await people(await signIn(eve))).status).toBe(403);
  });

  it("is not given above one's own, nor to one's equals", async () => {
    expect((await edit(admin, ben, { role: "admin" })).status).toBe(403);
    expect((await edit(admin, ben, { role: "owner" })).status).toBe(403);
    expect((await edit(admin, owner, { role: "member" })).status).toBe(403);
    expect((await edit(admin, owner, { active: false })).status).toBe(403);
    const other = await invitedAs("admin", "Other");
    expect((await edit(admin, other, { role: "member" })).status).toBe(403);
    expect((await admin.post("/invites", { role: "admin" })).status).toBe(403);
    expect((await admin.post("/invites", { role: "member" })).status).toBe(201);
    expect((await edit(ben, ben, { role: "admin" })).status).toBe(403);
    expect((await edit(admin, ben, { role: "guest" })).status).toBe(400);
  });

  it("of the last owner stays", async () => {
    for (const body of [{ role: "admin" }, { active: false }]) {
      const refused = await edit(owner, owner, body);
      expect(refused.status).toBe(409);
      expect(refused.body.error.code).toBe("last_owner");
    }
    expect((await owner.get("/me")).status).toBe(200);
  });

  it("of nobody is not changed", async () => {
    const path = `/api/v1/admin/people/${uuid()}`;
    expect((await owner.call("PATCH", path, { role: "admin" })).status).toBe(404);
  });
});

describe("a deactivated person", () => {
  it("is out with tokens and sockets, and comes back when they may", async () => {
    const tom = await invited(owner, "Tom");
    const token = await tom.post<{ secret: string }>("/tokens", { name: "t", scopes: ["read"] });
    const bearer = { authorization: `Bearer ${token.body.secret}` };
    const program = new Person(server);
    expect((await program.call("GET", "/api/v1/me", undefined, bearer)).status).toBe(200);
    const line = await tom.socket();
    await line.next("gap");

    expect((await edit(admin, tom, { active: false })).body.person.active).toBe(false);
    expect((await line.closed).code).toBe(4401);
    expect((await tom.get("/me")).status).toBe(401);
    expect((await program.call("GET", "/api/v1/me", undefined, bearer)).status).toBe(401);
    const refused = await new Person(server).post("/session", {
      email: tom.me.email,
      password: PASSWORD,
    });
    expect(refused.status).toBe(401);

    expect((await edit(admin, tom, { active: true })).body.person.active).toBe(true);
    expect((await (await signIn(tom)).get("/me")).status).toBe(200);
    expect((await program.call("GET", "/api/v1/me", undefined, bearer)).status).toBe(401);
  });
});

describe("sessions of others", () => {
  it("are listed and ended, all of one or one by one", async () => {
    const second = await signIn(ben);
    const mine = `?person=${ben.me.id}`;
    const list = async () =>
      (await admin.get<{ sessions: AdminSession[] }>(`/admin/sessions${mine}`)).body.sessions;
    const all = await list();
    expect(all.length).toBe(2);
    expect(all[0]?.person.name).toBe("Ben");
    expect((await ben.get("/admin/sessions")).status).toBe(403);

    const id = all[0]?.session.id ?? "";
    expect((await admin.call("DELETE", `/api/v1/admin/sessions/${id}`)).status).toBe(204);
    expect((await admin.call("DELETE", `/api/v1/admin/sessions/${id}`)).status).toBe(404);
    expect((await second.get("/me")).status).toBe(401);
    const path = `/api/v1/admin/people/${ben.me.id}/sessions`;
    expect((await admin.call("DELETE", path)).status).toBe(204);
    expect((await ben.get("/me")).status).toBe(401);
    expect(await list()).toEqual([]);
    ben = await signIn(ben);
    const theirs = (await owner.get<{ sessions: AdminSession[] }>("/admin/sessions")).body.sessions;
    const ofOwner = theirs.find((s) => s.person.id === owner.me.id)?.session.id ?? "";
    expect((await admin.call("DELETE", `/api/v1/admin/sessions/${ofOwner}`)).status).toBe(403);
  });
});

describe("an API token", () => {
  const use = (secret: string, method: string, path: string, body?: unknown) =>
    new Person(server).call(method, `/api/v1${path}`, body, { authorization: `Bearer ${secret}` });
  const make = async (who: Person, scopes: string[], more = {}) =>
    who.post<{ token: ApiToken; secret: string } & Refusal>("/tokens", {
      name: "A program",
      scopes,
      ...more,
    });

  it("may what it was made for, and never an account's own things", async () => {
    const read = (await make(ben, ["read"])).body;
    expect(read.secret).toMatch(/^cvn_[A-Za-z0-9_-]{43}$/);
    const general = await ben.general();
    const message = { client_id: uuid(), body: "hello" };
    expect((await use(read.secret, "GET", "/me")).status).toBe(200);
    expect((await use(read.secret, "GET", `/channels/${general.id}/messages`)).status).toBe(200);
    const refused = await use(read.secret, "POST", `/channels/${general.id}/messages`, message);
    expect(refused.status).toBe(403);

    const write = (await make(ben, ["read", "write"])).body;
    const sent = await use(write.secret, "POST", `/channels/${general.id}/messages`, message);
    expect(sent.status).toBe(201);
    for (const [method, path] of [
      ["GET", "/sessions"],
      ["DELETE", "/sessions"],
      ["GET", "/tokens"],
      ["GET", "/me/security"],
      ["DELETE", "/session"],
    ] as const)
      expect((await use(write.secret, method, path)).status, path).toBe(403);

    expect((await ben.call("DELETE", `/api/v1/tokens/${read.token.id}`)).status).toBe(204);
    expect((await use(read.secret, "GET", "/me")).status).toBe(401);
    expect((await admin.call("DELETE", `/api/v1/tokens/${write.token.id}`)).status).toBe(404);
    const listed = (await ben.get<{ tokens: ApiToken[] }>("/tokens")).body.tokens;
    expect(listed.map((t) => t.id)).toEqual([write.token.id]);
    expect(JSON.stringify(listed)).not.toContain(write.secret);
  });

  it("with the scope admin is an administrator's to make, and follows the role", async () => {
    expect((await make(ben, ["admin"])).status).toBe(400);
    const eve = await invitedAs("admin", "Eva");
    const made = (await make(eve, ["read", "admin"])).body;
    expect((await use(made.secret, "GET", "/admin/people")).status).toBe(200);
    expect((await edit(owner, eve, { role: "member" })).status).toBe(200);
    expect((await use(made.secret, "GET", "/admin/people")).status).toBe(403);
  });

  it("opens a socket, which goes with it", async () => {
    const made = (await make(ben, ["read"])).body;
    const program = new Person(server);
    const line = await program.socket("", { authorization: `Bearer ${made.secret}` });
    await line.next("gap");
    expect((await ben.call("DELETE", `/api/v1/tokens/${made.token.id}`)).status).toBe(204);
    expect((await line.closed).code).toBe(4401);
  });

  it("keeps its socket when a session of its person has ended before", async () => {
    const made = (await make(ben, ["read"])).body;
    const phone = await signIn(ben);
    expect((await phone.call("DELETE", "/api/v1/session")).status).toBe(204);
    const again = await signIn(ben);
    const program = new Person(server, { authorization: `Bearer ${made.secret}` });
    const line = await program.socket();
    await line.next("gap");
    let closed = false;
    void line.closed.then(() => {
      closed = true;
    });
    /* Longer than SESSION_LOOK: what has ended is looked for in the store, and found. */
    await new Promise((later) => setTimeout(later, 23_000));
    expect(closed).toBe(false);
    expect((await again.get("/me")).status).toBe(200);
    line.close();
  });

  it("lapses", async () => {
    expect((await make(ben, ["read"], { expires_in_s: 1 })).status).toBe(400);
    expect((await make(ben, ["read"], { expires_in_s: 60 })).body.token.expires_at).toBeGreaterThan(
      Date.now(),
    );
  });

  it("is all that speaks for a bot", async () => {
    const made = await admin.post<{ secret: string; person: { id: string; bot: boolean } }>(
      "/admin/bots",
      { name: "Build robot", scopes: ["read", "write"] },
    );
    expect(made.status).toBe(201);
    expect(made.body.person).toMatchObject({ bot: true, email: "", role: "member" });
    const general = await owner.general();
    const sent = await use(made.body.secret, "POST", `/channels/${general.id}/messages`, {
      client_id: uuid(),
      body: "built",
    });
    expect(sent.status).toBe(201);
    expect((await people(admin, "?filter=bots")).body.people.length).toBe(1);
    expect((await ben.post("/admin/bots", { name: "B", scopes: ["read"] })).status).toBe(403);
  });
});

describe("the audit log", () => {
  const log = async (query = "") =>
    (await owner.get<{ entries: AuditEntry[]; more: boolean }>(`/admin/audit${query}`)).body;

  it("says who did what to whom from where, without holes", async () => {
    const { entries } = await log("?limit=200");
    expect(entries.map((e) => e.n)).toEqual(entries.map((_, i) => (entries[0]?.n ?? 0) - i));
    const role = entries.find((e) => e.action === "person.role");
    expect(role?.actor?.id).toBe(owner.me.id);
    expect(role?.target_name).toBe("Eva");
    expect(JSON.parse(role?.detail ?? "")).toEqual({ from: "admin", to: "member" });
    expect(role?.ip).toBe("127.0.0.1");
    const actions = new Set(entries.map((e) => e.action));
    for (const action of ["session.create", "person.create", "invite.create", "token.create", "bot.create", "token.end", "session.end", "person.deactivate", "person.restore"])
      expect(actions, action).toContain(action);
    expect((await ben.get("/admin/audit")).status).toBe(403);
  });

  it("is filtered and paged", async () => {
    const roles = await log("?action=person.role");
    expect(new Set(roles.entries.map((e) => e.action))).toEqual(new Set(["person.role"]));
    const first = await log("?limit=2");
    expect(first.more).toBe(true);
    const next = await log(`?limit=2&before=${first.entries[1]?.n}`);
    expect(next.entries[0]?.n).toBe((first.entries[1]?.n ?? 0) - 1);
    const bens = await log(`?person=${ben.me.id}&limit=200`);
    expect(bens.entries.length).toBeGreaterThan(0);
    for (const e of bens.entries) expect([e.actor?.id, e.target]).toContain(ben.me.id);
  });

  it("is verified by the command line, too", () => {
    const done = server.command("audit", "verify");
    expect(done.out).toMatch(/^All \d+ entries/u);
    expect(done.code).toBe(0);
  });

  it("is whole", async () => {
    const found = await owner.post<{ entries: number; broken_at: number | null }>(
      "/admin/audit/verify",
      undefined,
    );
    expect(found.body.broken_at).toBeNull();
    expect(found.body.entries).toBeGreaterThan(10);
  });
});

it("tells how much is kept", async () => {
  const { body } = await admin.get<Storage>("/admin/storage");
  expect(body.database_bytes).toBeGreaterThan(10_000);
  expect(body.people).toBeGreaterThan(3);
  expect(body.messages).toBeGreaterThan(3);
  expect(["sqlite", "postgresql"]).toContain(body.engine);
  expect((await ben.get("/admin/storage")).status).toBe(403);
});
