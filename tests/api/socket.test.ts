import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel } from "../../web/src/api/gen";
import { invited, type Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

let server: Server;
let ada: Person;
let ben: Person;
let chat: Channel;

beforeAll(async () => {
  server = await Server.start();
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
  chat = await ada.direct(ben);
});
afterAll(() => server.stop());

describe("a socket", () => {
  it("begins with hello and the whole state", async () => {
    const line = await ada.socket();
    const hello = await line.next("hello");
    const { state } = await line.next("gap");
    expect(state.epoch).toBe(hello.epoch);
    expect(state.me).toEqual({ ...ada.me, change: state.me.change });
    expect(state.channels.map((c) => c.id)).toContain(chat.id);
    expect(state.site.name).toBe("Contoso");
    line.close();
  });

  it("that comes back gets exactly what it missed", async () => {
    const page = uuid();
    const first = await ada.socket(`?page=${page}`);
    const { epoch } = await first.next("hello");
    await first.next("gap");
    await ada.send(chat.id, "seen");
    const { pos } = await first.next("message");
    first.cut();

    await ben.send(chat.id, "missed 1");
    await ben.send(chat.id, "missed 2");
    const second = await ada.socket(`?page=${page}&epoch=${epoch}&pos=${pos}`);
    const resumed = await second.next("resumed");
    expect(resumed.count).toBe(second.events.filter((e) => "pos" in e && e.type !== "hello").length);
    expect((await second.next("message")).message.body).toBe("missed 1");
    expect((await second.next("message")).message.body).toBe("missed 2");
    expect(second.events.filter((e) => e.type === "gap")).toEqual([]);
    second.close();
  });

  it("that missed more than a slow line could take gets the whole state", async () => {
    const page = uuid();
    const first = await ada.socket(`?page=${page}`);
    const { epoch } = await first.next("hello");
    await first.next("gap");
    await ada.send(chat.id, "seen");
    const { pos } = await first.next("message");
    first.cut();
    for (let sent = 0; sent < 20; ) {
      const answer = await ben.send(chat.id, "x".repeat(8000));
      if (answer.status === 201) sent += 1;
      else await new Promise((later) => setTimeout(later, 100));
    }

    const second = await ada.socket(`?page=${page}&epoch=${epoch}&pos=${pos}`);
    const { state } = await second.next("gap");
    expect(state.channels.find((c) => c.id === chat.id)?.unread).toBe(20);
    await ben.send(chat.id, "and on");
    expect((await second.next("message")).message.body).toBe("and on");
    expect(second.events.filter((e) => e.type === "resumed")).toEqual([]);
    second.close();
    await ada.call("POST", `/channels/${chat.id}/read`, { seq: 1_000_000 });
  }, 30_000);

  it("with a position of another start gets the whole state", async () => {
    const line = await ada.socket(`?epoch=${uuid()}&pos=1`);
    await line.next("gap");
    line.close();
  });

  it("refuses what the contract does not have, and stays", async () => {
    const line = await ada.socket();
    await line.next("gap");
    for (const [text, code] of [
      ["nonsense", "malformed"],
      ['{"type":"dance"}', "bad_value"],
      ['{"type":"typing","channel":7}', "wrong_type"],
      ['{"type":"typing"}', "missing_field"],
      [`{"type":"typing","channel":"${uuid()}","x":1}`, "unknown_field"],
    ] as const) {
      line.sendText(text);
      expect((await line.next("error")).error.code).toBe(code);
    }
    expect((await line.ask({ type: "ping" })).type).toBe("done");
    line.close();
  });

  it("without a session is refused", async () => {
    const cookie = ben.cookie;
    ben.cookie = "";
    await expect(ben.socket()).rejects.toThrow("401");
    ben.cookie = cookie;
  });

  it("is told when the server restarts, and closed with 1012", async () => {
    const line = await ada.socket();
    await line.next("gap");
    const code = await server.end();
    expect((await line.next("bye")).reason).toBe("restart");
    expect((await line.closed).code).toBe(1012);
    expect(code).toBe(0);
    await server.again();
  });
});

describe("typing", () => {
  it("is told to the others of the channel only", async () => {
    const [mine, theirs] = await Promise.all([ada.socket(), ben.socket()]);
    await Promise.all([mine.next("gap"), theirs.next("gap")]);
    mine.send({ type: "typing", channel: chat.id });
    expect(await theirs.next("typing")).toMatchObject({ channel: chat.id, user: ada.me.id });
    await mine.ask({ type: "ping" });
    expect(mine.events.filter((e) => e.type === "typing")).toEqual([]);
    mine.close();
    theirs.close();
  });
});

describe("presence", () => {
  it("follows pages, idleness and the hand, for who watches", async () => {
    /* Pages that closed a moment ago still count, so somebody who had none. */
    const dora = await invited(ada, "Dora");
    const watcher = await ada.socket();
    await watcher.next("gap");
    const now = async (state: string) => {
      await watcher.next("presence", (e) =>
        e.people.some((p) => p.user === dora.me.id && p.state === state),
      );
    };
    watcher.send({ type: "watch", users: [dora.me.id] });
    await watcher.next("presence");

    const page = await dora.socket();
    await page.next("gap");
    page.send({ type: "activity", active: true });
    await dora.put("/me/presence", { state: "busy" });
    await now("busy");
    await dora.put("/me/presence", { state: null });
    await now("available");
    page.send({ type: "activity", active: false });
    await now("away");
    await dora.put("/me/presence", { state: "offline" });
    await now("offline");
    await dora.put("/me/presence", { state: null });
    page.close();
    watcher.close();
  });
});
