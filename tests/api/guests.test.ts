import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AdminSession, AuditEntry, Channel, GuestLink, Me, Person as PersonRow, State } from "../../web/src/api/gen";
import { invited, Person, type Refusal, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/* Who comes in by a link to one place sees that place, and goes with the link. */

let server: Server;
let ada: Person;
let ben: Person;
let cy: Person;
let group: Channel;

const links = (channel: Channel) => `/channels/${channel.id}/guest-links`;
const make = (who: Person, channel: Channel, body: unknown = {}) =>
  who.post<{ link: GuestLink; url: string } & Refusal>(links(channel), body);
const secretOf = (url: string) => url.split("#")[1] ?? "";

async function guest(url: string, name: string): Promise<Person> {
  return new Person(server).enter("/guests/join", { token: secretOf(url), name });
}

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
  cy = await invited(ada, "Cy");
  group = (
    await ada.post<Channel>("/channels", { kind: "group", members: [ben.me.id], name: "Plans" })
  ).body;
});
afterAll(() => server.stop());

describe("a guest link", () => {
  it("is a moderator's to make, and says where it leads", async () => {
    expect(group.role).toBe("moderator");
    expect((await make(ben, group)).status).toBe(403);
    expect((await make(cy, group)).status).toBe(404);
    const made = await make(ada, group, { max_uses: 3, expires_in_s: 3600 });
    expect(made.status).toBe(201);
    expect(made.body.url).toMatch(/\/guest#[A-Za-z0-9_-]{43}$/);
    expect(made.body.link).toMatchObject({ max_uses: 3, uses: 0, revoked: false });
    const seen = await new Person(server).post("/guests/lookup", {
      token: secretOf(made.body.url),
    });
    expect(seen.body).toEqual({ site: "Contoso", channel: "Plans", inviter: "Ada Lovelace" });
    const none = await new Person(server).post("/guests/lookup", { token: "A".repeat(43) });
    expect(none.status).toBe(404);
    const listed = (await ada.get<{ links: GuestLink[] }>(links(group))).body.links;
    expect(listed.map((l) => l.id)).toContain(made.body.link.id);
    expect(JSON.stringify(listed)).not.toContain(secretOf(made.body.url));
  });

  it("is not for a chat of two", async () => {
    const pair = await ada.direct(ben);
    expect((await make(ada, pair)).status).toBe(403);
  });

  it("lets in as many as it says", async () => {
    const made = (await make(ada, group, { max_uses: 1 })).body;
    await guest(made.url, "Once");
    const late = await new Person(server).post("/guests/join", {
      token: secretOf(made.url),
      name: "Twice",
    });
    expect(late.status).toBe(404);
    const named = await new Person(server).post("/guests/join", {
      token: secretOf((await make(ada, group)).body.url),
      name: "\u200b",
    });
    expect(named.status).toBe(400);
    expect(named.body.error.field).toBe("name");
  });
});

describe("a guest", () => {
  let gil: Person;
  let link: GuestLink;

  beforeAll(async () => {
    const made = (await make(ada, group, { expires_in_s: 3600 })).body;
    link = made.link;
    gil = await guest(made.url, "Gil");
  });

  it("sees that one place and nobody's address", async () => {
    expect(gil.me).toMatchObject({ role: "guest", email: "", name: "Gil" });
    const state = (await gil.get<State>("/state")).body;
    expect(state.channels.map((c) => c.id)).toEqual([group.id]);
    expect(state.teams).toEqual([]);
    const members = await gil.get<{ people: PersonRow[] }>(`/channels/${group.id}/members`);
    expect(members.status).toBe(200);
    expect(JSON.stringify([state, members.body])).not.toContain("@example.org");
    const general = await ada.general();
    for (const path of [`/channels/${general.id}/messages`, `/channels/${general.id}/members`])
      expect((await gil.get(path)).status, path).toBe(404);
  });

  it("reads and writes there, and is seen to be a guest", async () => {
    const line = await ben.socket();
    await line.next("gap");
    expect((await gil.send(group.id, "hello from outside")).status).toBe(201);
    expect((await line.next("message")).message.sender).toBe(gil.me.id);
    const state = (await ben.get<State>("/state")).body;
    const members = state.channels.find((c) => c.id === group.id)?.members ?? [];
    expect(members.find((p) => p.id === gil.me.id)?.role).toBe("guest");
    line.close();
  });

  it("may nothing else", async () => {
    for (const [method, path, body] of [
      ["GET", "/people?query=a", undefined],
      ["GET", `/people/${ada.me.id}`, undefined],
      ["POST", "/channels", { kind: "direct", members: [ada.me.id] }],
      ["PATCH", `/channels/${group.id}`, { name: "Mine" }],
      ["POST", `/channels/${group.id}/members`, { users: [cy.me.id] }],
      ["POST", links(group), {}],
      ["GET", "/invites", undefined],
      ["POST", "/tokens", { name: "t", scopes: ["read"] }],
      ["PUT", "/me/password", { password: "correct horse battery" }],
      ["GET", "/admin/people", undefined],
    ] as const)
      expect((await gil.call(method, `/api/v1${path}`, body)).status, `${method} ${path}`).toBe(403);
  });

  it("hears of nobody else", async () => {
    const line = await gil.socket();
    await line.next("gap");
    await cy.call("PATCH", "/api/v1/me", { name: "Cynthia" });
    const refused = await line.ask({ type: "watch", users: [ada.me.id] } as never).catch((e) => e);
    expect(JSON.stringify(refused)).not.toContain("available");
    await ada.send(group.id, "after");
    await line.next("message");
    expect(line.events.some((e) => e.type === "person")).toBe(false);
    line.close();
  });

  it("is not taken elsewhere", async () => {
    const other = await ada.post("/channels", { kind: "direct", members: [gil.me.id] });
    expect(other.status).toBe(400);
    const more = await ada.post("/channels", { kind: "group", members: [gil.me.id, ben.me.id] });
    expect(more.status).toBe(400);
  });

  it("is gone within a second when the link is withdrawn", async () => {
    const line = await gil.socket();
    await line.next("gap");
    const path = `/api/v1${links(group)}/${link.id}`;
    expect((await ben.call("DELETE", path)).status).toBe(403);
    expect((await ada.call("DELETE", `/api/v1${links(group)}/${uuid()}`)).status).toBe(404);
    const begun = performance.now();
    expect((await ada.call("DELETE", path)).status).toBe(204);
    expect((await line.closed).code).toBe(4401);
    expect(performance.now() - begun).toBeLessThan(1000);
    expect((await gil.get("/me")).status).toBe(401);
    expect((await ada.call("DELETE", path)).status).toBe(204);
  });

  it("has a session no longer than the link", async () => {
    const end = Date.now() + 3_600_000;
    const kim = await guest((await make(ada, group, { expires_in_s: 3600 })).body.url, "Kim");
    const all = await ada.get<{ sessions: AdminSession[] }>(`/admin/sessions?person=${kim.me.id}`);
    expect(all.body.sessions).toHaveLength(1);
    expect(all.body.sessions[0]?.session.expires_at).toBeLessThanOrEqual(end + 5000);
  });

  it("leaves the group with the link, and fills it no longer", async () => {
    const busy = (await ada.post<Channel>("/channels", { kind: "group", members: [ben.me.id], name: "Busy" }))
      .body;
    const members = async () => (await ada.get<Channel>(`/channels/${busy.id}`)).body.member_count;
    for (let round = 0; round < 3; round++) {
      const made = (await make(ada, busy, { max_uses: 40 })).body;
      for (let i = 0; i < 20; i++) await guest(made.url, `Guest ${round} ${i}`);
      expect(await members()).toBe(22);
      const line = await ben.socket();
      await line.next("gap");
      expect((await ada.call("DELETE", `/api/v1${links(busy)}/${made.link.id}`)).status).toBe(204);
      await line.next("channel");
      expect(await members()).toBe(2);
      line.close();
    }
  });

  it("does not come back but by a new link", async () => {
    const made = (await make(ada, group)).body;
    const lou = await guest(made.url, "Lou");
    await ada.call("DELETE", `/api/v1${links(group)}/${made.link.id}`);
    const back = await ada.call<Refusal>("PATCH", `/api/v1/admin/people/${lou.me.id}`, { active: true });
    expect([back.status, back.body.error.field]).toEqual([400, "active"]);
  });

  it("is in the audit log with the place", async () => {
    const log = await ada.get<{ entries: AuditEntry[] }>("/admin/audit?limit=200");
    for (const action of ["guest_link.create", "guest_link.revoke", "guest.join"]) {
      const entry = log.body.entries.find((e) => e.action === action);
      expect(["Plans", "Busy"], action).toContain(JSON.parse(entry?.detail ?? "{}").place);
    }
  });
});

describe("moderators", () => {
  const role = (who: Person, user: string, value: string) =>
    who.put<{ role: string } & Refusal>(`/channels/${group.id}/members/${user}`, { role: value });
  const remove = (who: Person, user: string) =>
    who.call("DELETE", `/api/v1/channels/${group.id}/members/${user}`);

  it("are made by moderators, from members", async () => {
    expect((await role(ben, ben.me.id, "moderator")).status).toBe(403);
    expect((await role(ada, cy.me.id, "moderator")).status).toBe(404);
    expect((await role(ada, ben.me.id, "moderator")).body.role).toBe("moderator");
    const seen = await cy.get(`/channels/${group.id}/members`);
    expect(seen.status).toBe(404);
    const members = await ben.get<{ moderators: string[] }>(`/channels/${group.id}/members`);
    expect([...members.body.moderators].sort()).toEqual([ada.me.id, ben.me.id].sort());
    const outside = await guest((await make(ben, group)).body.url, "Gus");
    expect((await role(ben, outside.me.id, "moderator")).status).toBe(400);
  });

  it("take people out, who hear nothing more", async () => {
    await ada.post(`/channels/${group.id}/members`, { users: [cy.me.id] });
    const line = await cy.socket();
    await line.next("gap");
    expect((await remove(cy, ben.me.id)).status).toBe(403);
    expect((await remove(ben, cy.me.id)).status).toBe(204);
    expect((await cy.get(`/channels/${group.id}/messages`)).status).toBe(404);
    await ada.send(group.id, "without Cy");
    await cy.send((await ada.general()).id, "still here");
    await line.next("message");
    expect(line.events.filter((e) => e.type === "message" && e.message.body === "without Cy")).toEqual(
      [],
    );
    expect((await remove(ben, cy.me.id)).status).toBe(404);
    const rows = await ben.get<{ messages: { body: string }[] }>(`/channels/${group.id}/messages`);
    expect(rows.body.messages.map((m) => m.body)).toContain("Ben removed Cynthia");
    line.close();
  });
});

describe("a team", () => {
  it("has owners, of whom one stays", async () => {
    const state = (await ada.get<State>("/state")).body;
    const team = state.teams[0];
    expect(team?.role).toBe("owner");
    const path = `/teams/${team?.id}/members`;
    const list = async (who: Person) =>
      who.get<{ members: { person: Me; role: string }[] }>(path);
    expect((await list(ben)).body.members[0]).toMatchObject({ role: "owner" });
    const set = (who: Person, user: string, value: string) =>
      who.put<Refusal>(`${path}/${user}`, { role: value });
    expect((await set(ben, ben.me.id, "owner")).status).toBe(403);
    expect((await set(ada, uuid(), "owner")).status).toBe(404);
    expect((await set(ada, ada.me.id, "member")).body.error.code).toBe("last_owner");
    expect((await set(ada, ben.me.id, "owner")).status).toBe(204);
    const bens = (await ben.get<State>("/state")).body;
    expect(bens.teams[0]?.role).toBe("owner");
    expect(bens.channels.find((c) => c.kind === "standard")?.role).toBe("moderator");
    const general = await ben.general();
    expect((await make(ben, general)).status).toBe(201);
    expect((await cy.get(`/teams/${uuid()}/members`)).status).toBe(404);
  });
});
