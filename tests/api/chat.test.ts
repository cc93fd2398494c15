import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel, Message } from "../../web/src/api/gen";
import { invited, type Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

let server: Server;
let ada: Person;
let ben: Person;
let cy: Person;

interface Page {
  messages: Message[];
  more_before: boolean;
  more_after: boolean;
}

beforeAll(async () => {
  server = await Server.start();
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
  cy = await invited(ada, "Cy");
});
afterAll(() => server.stop());

const page = async (who: Person, channel: string, query = "") =>
  (await who.get<Page>(`/channels/${channel}/messages${query}`)).body;
const bodies = (p: Page) => p.messages.map((m) => m.body);

it("counts in General whoever has come in", async () => {
  const before = (await ada.general()).member_count;
  expect(before).toBeGreaterThanOrEqual(3);
  const late = await invited(ada, "Late");
  expect((await late.general()).member_count).toBe(before + 1);
});

describe("sending", () => {
  it("stores a message once, however often it is sent", async () => {
    const chat = await ada.direct(ben);
    const id = uuid();
    const first = await ada.send(chat.id, "once", id);
    const again = await ada.send(chat.id, "once", id);
    expect(first.status).toBe(201);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);

    const other = await ada.post(`/channels/${chat.id}/messages`, { client_id: id, body: "other" });
    expect(other.status).toBe(409);
    expect(other.body.error.code).toBe("client_id_used");
  });

  it("numbers rows without holes, also when many send at once", async () => {
    const chat = await ben.direct(cy);
    const before = (await page(ben, chat.id)).messages.at(-1)?.seq ?? 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? ben : cy).send(chat.id, `m${i}`)),
    );
    const rows = (await page(ben, chat.id)).messages.filter((m) => m.seq > before);
    expect(rows.map((m) => m.seq)).toEqual(rows.map((_, i) => before + 1 + i));
    expect(rows).toHaveLength(20);
  });

  it("reaches every page of every member, and nobody else", async () => {
    const chat = await ada.direct(ben);
    const lines = await Promise.all([ada.socket(), ada.socket(), ben.socket(), cy.socket()]);
    await Promise.all(lines.map((l) => l.next("gap")));
    const sent = await ada.send(chat.id, "to the two of us");
    for (const line of lines.slice(0, 3)) {
      const event = await line.next("message");
      expect(event.message).toEqual(sent.body);
    }
    await lines[3]?.ask({ type: "ping" });
    expect(lines[3]?.events.filter((e) => e.type === "message")).toEqual([]);
    for (const line of lines) line.close();
  });
});

describe("history", () => {
  it("is paged by seq in both directions and around", async () => {
    const group = (
      await ada.post<Channel>("/channels", {
        kind: "group",
        members: [ben.me.id, cy.me.id],
        name: "Paging",
      })
    ).body;
    for (let i = 1; i <= 12; i++) await ada.send(group.id, `m${i}`);
    const all = await page(ada, group.id, "?limit=200");
    const first = all.messages.find((m) => m.body === "m1")?.seq ?? 0;

    const newest = await page(ben, group.id, "?limit=5");
    expect(bodies(newest)).toEqual(["m8", "m9", "m10", "m11", "m12"]);
    expect(newest).toMatchObject({ more_before: true, more_after: false });

    const before = await page(ben, group.id, `?limit=5&before=${first + 7}`);
    expect(bodies(before)).toEqual(["m3", "m4", "m5", "m6", "m7"]);
    const after = await page(ben, group.id, `?limit=3&after=${first + 1}`);
    expect(bodies(after)).toEqual(["m3", "m4", "m5"]);
    const around = await page(ben, group.id, `?limit=5&around=${first + 5}`);
    expect(bodies(around)).toContain("m6");
    expect(around.messages.length).toBeLessThanOrEqual(6);
    expect((await ben.get(`/channels/${group.id}/messages?before=3&after=1`)).status).toBe(400);
  });

  it("survives a restart, and numbers go on", async () => {
    const chat = await ada.direct(ben);
    const before = await page(ada, chat.id);
    await server.end();
    await server.again();
    expect(await page(ada, chat.id)).toEqual(before);
    const next = await ada.send(chat.id, "after the restart");
    expect(next.body.seq).toBe((before.messages.at(-1)?.seq ?? 0) + 1);
  });

  it("is caught up by changes", async () => {
    const chat = await ada.direct(cy);
    const from = chat.last_change;
    await ada.send(chat.id, "one");
    await ada.send(chat.id, "two");
    const changes = await cy.get<{ messages: Message[]; last_change: number; more: boolean }>(
      `/channels/${chat.id}/changes?after=${from}`,
    );
    expect(changes.body.messages.map((m) => m.body)).toEqual(["one", "two"]);
    expect(changes.body.more).toBe(false);
    expect(changes.body.last_change).toBe(changes.body.messages.at(-1)?.change);
  });
});

describe("unread", () => {
  it("counts what others wrote, until it is read, on every page", async () => {
    const chat = await ada.direct(ben);
    const unread = async (who: Person) =>
      (await who.get<Channel>(`/channels/${chat.id}`)).body.unread;
    const seq = (await page(ben, chat.id)).messages.at(-1)?.seq ?? 0;
    await ben.put(`/channels/${chat.id}/read`, { seq });
    expect(await unread(ben)).toBe(0);

    await ada.send(chat.id, "a");
    const second = await ada.send(chat.id, "b");
    expect(await unread(ben)).toBe(2);
    expect(await unread(ada)).toBe(0);

    const line = await ben.socket();
    await line.next("gap");
    await ben.put(`/channels/${chat.id}/read`, { seq: second.body.seq });
    expect(await line.next("read")).toMatchObject({ channel: chat.id, unread: 0 });
    await ben.put(`/channels/${chat.id}/read`, { seq: second.body.seq - 1 });
    expect(await unread(ben)).toBe(0);
    line.close();
  });
});

describe("chats", () => {
  it("of the same pair are the same chat, from both sides", async () => {
    const one = await ada.post<Channel>("/channels", { kind: "direct", members: [cy.me.id] });
    const two = await cy.post<Channel>("/channels", { kind: "direct", members: [ada.me.id] });
    expect(two.status).toBe(200);
    expect(two.body.id).toBe(one.body.id);
    const self = await ada.post("/channels", { kind: "direct", members: [ada.me.id] });
    expect(self.status).toBe(400);
    const nobody = await ada.post("/channels", { kind: "direct", members: [uuid()] });
    expect([400, 404]).toContain(nobody.status);
  });

  it("of a group can be named, joined and left, and say so", async () => {
    const dee = await invited(ada, "Dee");
    const line = await dee.socket();
    await line.next("gap");
    const group = (
      await ada.post<Channel>("/channels", { kind: "group", members: [ben.me.id, cy.me.id] })
    ).body;
    expect(group.members.map((m) => m.id).sort()).toEqual(
      [ada.me.id, ben.me.id, cy.me.id].sort(),
    );

    expect((await dee.get(`/channels/${group.id}`)).status).toBe(404);
    await ben.post(`/channels/${group.id}/members`, { users: [dee.me.id] });
    expect(await line.next("channel")).toMatchObject({ channel: group.id, what: "added" });
    await ada.send(group.id, "welcome");
    expect((await line.next("message", (e) => e.message.body === "welcome")).message.channel).toBe(
      group.id,
    );

    await ada.call("PATCH", `/api/v1/channels/${group.id}`, { name: "Launch" });
    expect((await dee.get<Channel>(`/channels/${group.id}`)).body.name).toBe("Launch");
    const left = await dee.call("DELETE", `/api/v1/channels/${group.id}/members/${dee.me.id}`);
    expect(left.status).toBe(204);
    await ada.send(group.id, "secret");
    await line.ask({ type: "ping" });
    expect(JSON.stringify(line.events)).not.toContain("secret");
    expect((await dee.get(`/channels/${group.id}`)).status).toBe(404);
    line.close();
  });

  it("of a group are made once for one key", async () => {
    const make = () =>
      ada.call<Channel>(
        "POST",
        "/api/v1/channels",
        { kind: "group", members: [ben.me.id, cy.me.id] },
        { "idempotency-key": "k1" },
      );
    const one = await make();
    const two = await make();
    expect(one.status).toBe(201);
    expect(two.status).toBe(200);
    expect(two.body.id).toBe(one.body.id);
  });
});

describe("people", () => {
  it("are found by a part of their name or address, and nothing in it is a wildcard", async () => {
    const find = async (query: string) =>
      (
        await ada.get<{ people: { name: string }[] }>(`/people?query=${encodeURIComponent(query)}`)
      ).body.people.map((p) => p.name);
    expect(await find("BEN")).toEqual(["Ben"]);
    expect(await find("cy@exam")).toEqual(["Cy"]);
    expect(await find("%")).toEqual([]);
    expect(await find("_")).toEqual([]);
    expect(await find("'; DROP TABLE person; --")).toEqual([]);
    expect(await find("BEN")).toEqual(["Ben"]);
  });
});

describe("making chats", () => {
  it("has a limit of its own, so that nobody's list is filled by another", async () => {
    const gil = await invited(ada, "Gil");
    const chat = { kind: "direct", members: [ben.me.id] };
    for (let i = 0; i < 30; i++) expect((await gil.post("/channels", chat)).status).toBeLessThan(300);
    expect((await gil.post("/channels", chat)).status).toBe(429);
    expect((await gil.send((await gil.general()).id, "still here")).status).toBe(201);
  });
});
