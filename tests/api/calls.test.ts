import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Call, CallRecord, Channel, Message, ServerEvent } from "../../web/src/api/gen";
import { invited, type Line, type Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

let server: Server;
let ada: Person;
let ben: Person;
let chat: Channel;
let caller: Line;
let callee: Line;

beforeAll(async () => {
  server = await Server.start();
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
  chat = await ada.direct(ben);
});
afterAll(() => server.stop());

async function line(who: Person, page = uuid()): Promise<Line> {
  const opened = await who.socket(`?page=${page}`);
  await opened.next("gap");
  return opened;
}

beforeEach(async () => {
  [caller, callee] = await Promise.all([line(ada), line(ben)]);
});
afterEach(() => {
  caller.close();
  callee.close();
});

const done = (e: ServerEvent) => {
  if (e.type !== "done" || !e.call || !e.leg) throw new Error(JSON.stringify(e));
  return { call: e.call, leg: e.leg };
};
const start = async (on: Line = caller) =>
  done(await on.ask({ type: "call.start", channel: chat.id, video: true, mic: true, camera: true }));
const join = async (on: Line, call: string) =>
  done(await on.ask({ type: "call.join", call, mic: true, camera: false }));
const until = async (on: Line, fits: (c: Call) => boolean) =>
  (await on.next("call", (e) => fits(e.call))).call;
const ended = (on: Line) => until(on, (c) => c.state === "ended");
const legOf = (c: Call, who: Person) => c.legs.find((l) => l.user === who.me.id && l.state !== "left");

async function lastRow(): Promise<Message | undefined> {
  const page = await ada.get<{ messages: Message[] }>(`/channels/${chat.id}/messages?limit=1`);
  return page.body.messages.at(-1);
}
const history = async (who: Person) =>
  (await who.get<{ calls: CallRecord[] }>("/calls")).body.calls;

describe("a call", () => {
  it("rings, is answered, carries signals both ways, and ends with a line and a record", async () => {
    const mine = await start();
    const ringing = await until(callee, (c) => c.state === "ringing");
    expect(legOf(ringing, ben)?.state).toBe("ringing");

    const theirs = await join(callee, ringing.id);
    const active = await until(caller, (c) => c.state === "active");
    expect(legOf(active, ben)).toMatchObject({ id: theirs.leg, state: "joined", mic: true, camera: false });

    const offer = { description: { type: "offer", sdp: "v=0\r\n" } };
    caller.sendText(
      JSON.stringify({ type: "call.signal", call: ringing.id, to: theirs.leg, signal: offer }),
    );
    const heard = await callee.next("call.signal");
    expect(heard).toMatchObject({ from: mine.leg, to: theirs.leg, signal: offer });

    callee.sendText(
      JSON.stringify({ type: "call.media", call: ringing.id, mic: false, camera: true }),
    );
    const muted = await until(caller, (c) => legOf(c, ben)?.camera === true);
    expect(legOf(muted, ben)?.mic).toBe(false);

    await caller.ask({ type: "call.leave", call: ringing.id });
    expect((await ended(callee)).reason).toBe("hangup");
    const row = await callee.next("message", (e) => e.message.kind === "call");
    expect(row.message.data).toMatchObject({ outcome: "answered", caller: ada.me.id });
    expect((await history(ben))[0]).toMatchObject({ direction: "in", outcome: "answered" });
    expect((await history(ada))[0]).toMatchObject({ direction: "out", outcome: "answered" });
  });

  it("stops ringing on the other pages once one has answered", async () => {
    const other = await line(ben);
    await start();
    const { id } = await until(other, (c) => c.state === "ringing");
    await join(callee, id);
    const seen = await until(other, (c) => c.state === "active");
    expect(legOf(seen, ben)?.page).not.toBeNull();
    await callee.ask({ type: "call.leave", call: id });
    other.close();
  });

  it("can be declined", async () => {
    await start();
    const { id } = await until(callee, (c) => c.state === "ringing");
    await callee.ask({ type: "call.decline", call: id });
    expect((await ended(caller)).reason).toBe("declined");
    const row = await caller.next("message", (e) => e.message.data?.outcome === "declined");
    expect((await lastRow())?.id).toBe(row.message.id);
  });

  it("that is cancelled while it rings is missed by the other", async () => {
    await ben.put("/calls/seen", {});
    const { call } = await start();
    await until(callee, (c) => c.state === "ringing");
    await caller.ask({ type: "call.leave", call: call.id });
    expect((await ended(callee)).reason).toBe("cancelled");
    await callee.next("missed_calls", (e) => e.count === 1);
    expect((await history(ben))[0]?.outcome).toBe("missed");
    const missed = await ben.get<{ calls: CallRecord[] }>("/calls?missed=true");
    expect(missed.body.calls[0]?.id).toBe(call.id);
    await ben.put("/calls/seen", {});
    const fresh = await ben.socket();
    expect((await fresh.next("gap")).state.missed_calls).toBe(0);
    fresh.close();
  });

  it("started by both at once is one call", async () => {
    const { call } = await start(caller);
    await until(callee, (c) => c.state === "ringing");
    const theirs = await start(callee);
    expect(theirs.call.id).toBe(call.id);
    await until(caller, (c) => c.state === "active");
    await caller.ask({ type: "call.leave", call: call.id });
  });

  it("waits for a page that lost its line, and takes it back", async () => {
    const page = uuid();
    const mine = await line(ada, page);
    const { call, leg } = await start(mine);
    await until(callee, (c) => c.state === "ringing");
    await join(callee, call.id);
    mine.cut();
    const lost = await until(callee, (c) => legOf(c, ada)?.state === "lost");
    expect(lost.state).toBe("active");
    const back = await line(ada, page);
    const again = await until(callee, (c) => legOf(c, ada)?.state === "joined");
    expect(legOf(again, ada)?.id).toBe(leg);
    await back.ask({ type: "call.leave", call: call.id });
    back.close();
  });

  it("can be rejoined by a page that was loaded anew", async () => {
    const mine = await line(ada);
    const { call, leg } = await start(mine);
    await until(callee, (c) => c.state === "ringing");
    await join(callee, call.id);
    mine.cut();
    await until(callee, (c) => legOf(c, ada)?.state === "lost");

    const fresh = await ada.socket(`?page=${uuid()}`);
    const { state } = await fresh.next("gap");
    expect(state.calls.map((c) => c.id)).toContain(call.id);
    const rejoined = await join(fresh, call.id);
    expect(rejoined.leg).not.toBe(leg);
    const seen = await until(callee, (c) => legOf(c, ada)?.id === rejoined.leg);
    expect(seen.state).toBe("active");
    await fresh.ask({ type: "call.leave", call: call.id });
    fresh.close();
  });

  it("ends when one signs out", async () => {
    const cy = await invited(ada, "Cy");
    const pair = await cy.direct(ben);
    const mine = await line(cy);
    const { call } = done(
      await mine.ask({ type: "call.start", channel: pair.id, video: false, mic: true, camera: false }),
    );
    await until(callee, (c) => c.id === call.id && c.state === "ringing");
    await join(callee, call.id);
    await cy.call("DELETE", "/api/v1/session");
    expect((await ended(callee)).id).toBe(call.id);
  });

  it("does not ring who does not want to be disturbed", async () => {
    await ben.put("/me/presence", { state: "dnd" });
    const { call } = await start();
    expect(legOf(call, ben)?.state).toBe("silent");
    await caller.ask({ type: "call.leave", call: call.id });
    await ben.put("/me/presence", { state: null });
  });

  it("is nobody else's", async () => {
    const eve = await invited(ada, "Eve");
    const theirs = await line(eve);
    const { call } = await start();
    for (const message of [
      { type: "call.join", call: call.id, mic: true, camera: true },
      { type: "call.decline", call: call.id },
      { type: "call.leave", call: call.id },
      { type: "call.start", channel: chat.id, video: false, mic: true, camera: false },
    ]) {
      const answer = await theirs.ask(message);
      expect(answer.type === "error" && answer.error.code).toBe("not_found");
    }
    expect(theirs.events.filter((e) => e.type === "call")).toEqual([]);
    await caller.ask({ type: "call.leave", call: call.id });
    theirs.close();
  });
});
