import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Call, Channel, Leg, Message, ServerEvent } from "../../web/src/api/gen";
import { invited, type Line, type Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/* Meetings in groups: who is told, who may lead, and what the room says to what it does not understand. */

let server: Server;
let ada: Person;
let ben: Person;
let cy: Person;
let eve: Person;
let group: Channel;
let lines: Line[];
let open = "";

beforeAll(async () => {
  server = await Server.start({ env: { RATE_LIMITS: "off" } });
  ada = await setUp(server);
  [ben, cy, eve] = [await invited(ada, "Ben"), await invited(ada, "Cy"), await invited(ada, "Eve")];
});
afterAll(() => server.stop());

async function line(who: Person): Promise<Line> {
  const opened = await who.socket(`?page=${uuid()}`);
  await opened.next("gap");
  return opened;
}

afterEach(async () => {
  if (open !== "") await (lines[0] as Line).ask({ type: "call.end", call: open });
  open = "";
});
beforeEach(async () => {
  const members = [ada.me.id, cy.me.id];
  group = (await ben.post<Channel>("/channels", { kind: "group", name: "Makers", members })).body;
  for (const old of lines ?? []) old.close();
  lines = await Promise.all([ben, ada, cy].map(line));
});

const answer = (e: ServerEvent) => {
  if (e.type === "error") throw new Error(`${e.error.code}: ${e.error.message}`);
  if (e.type !== "done") throw new Error(JSON.stringify(e));
  return e;
};
const leg = (e: ServerEvent): string => answer(e).type === "done" ? ((e as { leg?: string }).leg ?? "") : "";
const refused = (e: ServerEvent): string => {
  if (e.type !== "error") throw new Error(JSON.stringify(e));
  return e.error.code;
};
const until = async (on: Line, fits: (c: Call) => boolean) =>
  (await on.next("call", (e) => fits(e.call))).call;
/* More than are told as a whole each time. */
const MANY = 18;
const joined = (c: Call) => c.legs.filter((l) => l.state === "joined");

/** Ben's meeting with so many in it; the id, and each one's leg. */
async function meeting(people: number): Promise<{ call: string; legs: string[] }> {
  const started = answer(
    await (lines[0] as Line).ask({ type: "call.start", channel: group.id, video: true, mic: true, camera: true }),
  );
  const call = started.call?.id ?? "";
  open = call;
  const legs = [started.leg ?? ""];
  for (const on of lines.slice(1, people))
    legs.push(leg(await on.ask({ type: "call.join", call, mic: true, camera: false })));
  return { call, legs };
}

describe("a meeting", () => {
  it("is of a pair until a third comes, and everybody of the group hears of it", async () => {
    const { call } = await meeting(2);
    const pair = await until(lines[2] as Line, (c) => c.id === call && joined(c).length === 2);
    expect(pair).toMatchObject({ group: true, kind: "pair" });
    answer(await (lines[2] as Line).ask({ type: "call.join", call, mic: true, camera: true }));
    for (const on of lines) {
      const room = await until(on, (c) => c.id === call && joined(c).length === 3);
      expect(room.kind).toBe("room");
      expect(new Set(joined(room).map((l) => l.number)).size).toBe(3);
    }
  });

  it("is there for who comes later, and ends with the last", async () => {
    const { call } = await meeting(2);
    const late = await line(cy);
    const state = await cy.get<{ calls: Call[] }>("/state");
    expect(state.body.calls.map((c) => c.id)).toContain(call);
    late.close();
    for (const on of lines.slice(0, 2)) answer(await on.ask({ type: "call.leave", call }));
    expect((await until(lines[2] as Line, (c) => c.state === "ended")).id).toBe(call);
  });

  it("of many is told by what has changed", async () => {
    const many = await Promise.all(Array.from({ length: MANY }, (_, i) => invited(ada, `Guest ${i}`)));
    const members = many.map((p) => p.me.id);
    const { body } = await ben.post<Channel>("/channels", { kind: "group", name: "Hall", members });
    const all = await Promise.all([ben, ...many].map(line));
    const [host, ...guests] = all as [Line, ...Line[]];
    const started = answer(await host.ask({ type: "call.start", channel: body.id, video: false, mic: true, camera: false }));
    const call = started.call?.id ?? "";
    const watched = all.at(-1) as Line;
    for (const on of guests) answer(await on.ask({ type: "call.join", call, mic: true, camera: false }));
    answer(await (guests[0] as Line).ask({ type: "call.leave", call }));
    const legs = new Map<string, Leg>();
    let parts = 0;
    await until(watched, (c) => {
      if (c.id !== call) return false;
      if (c.since === undefined) legs.clear();
      else if (c.legs.length < legs.size) parts += 1;
      for (const l of c.legs) legs.set(l.id, l);
      return [...legs.values()].filter((l) => l.state === "joined").length === MANY && c.legs.some((l) => l.state === "left");
    });
    expect(parts).toBeGreaterThan(0);
    const { calls } = (await ben.get<{ calls: Call[] }>("/state")).body;
    expect(calls.find((c) => c.id === call)?.legs.filter((l) => l.state === "joined").length).toBe(MANY);
    answer(await host.ask({ type: "call.end", call }));
    for (const on of all) on.close();
  });

  it("is nothing to who is not of the group", async () => {
    const { call, legs } = await meeting(2);
    const her = await line(eve);
    const verbs = [
      { type: "call.join", call, mic: true, camera: true },
      { type: "call.leave", call },
      { type: "call.connect", call, sdp: "v=0\r\n" },
      { type: "call.view", call, slots: [] },
      { type: "call.react", call, reaction: "like" },
      { type: "call.mute", call, leg: null },
      { type: "call.remove", call, leg: legs[0] },
      { type: "call.end", call },
    ];
    for (const verb of verbs) expect([verb.type, refused(await her.ask(verb))]).toEqual([verb.type, "not_found"]);
    her.close();
  });
});

describe("who leads a meeting", () => {
  it("is whoever began it; others are refused and change nothing", async () => {
    const { call, legs } = await meeting(3);
    const [caller, , third] = lines as [Line, Line, Line];
    for (const verb of [
      { type: "call.mute", call, leg: null },
      { type: "call.remove", call, leg: legs[1] },
      { type: "call.end", call },
    ])
      expect([verb.type, refused(await third.ask(verb))]).toEqual([verb.type, "forbidden"]);
    answer(await caller.ask({ type: "call.mute", call, leg: legs[2] }));
    expect(await third.next("call.muted")).toMatchObject({ call, by: ben.me.id });
    const muted = await until(caller, (c) => c.legs.some((l) => l.id === legs[2] && !l.mic));
    expect(muted.legs.find((l) => l.id === legs[0])?.mic).toBe(true);
  });

  it("mutes all others, removes one, who may not be told twice, and ends it for all", async () => {
    const { call, legs } = await meeting(3);
    const [caller, second, third] = lines as [Line, Line, Line];
    answer(await caller.ask({ type: "call.mute", call, leg: null }));
    const quiet = await until(second, (c) => joined(c).filter((l) => l.mic).length === 1);
    expect(quiet.legs.find((l) => l.mic)?.id).toBe(legs[0]);
    answer(await caller.ask({ type: "call.remove", call, leg: legs[2] }));
    await until(third, (c) => c.legs.some((l) => l.id === legs[2] && l.state === "left"));
    expect(refused(await caller.ask({ type: "call.remove", call, leg: legs[2] }))).toBe("conflict");
    answer(await caller.ask({ type: "call.end", call }));
    for (const on of lines) await until(on, (c) => c.id === call && c.state === "ended");
    expect(refused(await second.ask({ type: "call.join", call, mic: true, camera: true }))).toMatch(
      /not_found|conflict/,
    );
  });

  it("shows hands and reactions to all who are in it", async () => {
    const { call, legs } = await meeting(3);
    const [caller, second] = lines as [Line, Line, Line];
    answer(await second.ask({ type: "call.react", call, reaction: "applause" }));
    expect(await caller.next("call.reaction")).toMatchObject({ call, leg: legs[1], reaction: "applause" });
    second.send({ type: "call.media", call, mic: true, camera: false, hand: true });
    const up = await until(caller, (c) => c.legs.some((l) => l.id === legs[1] && l.hand !== null));
    expect(up.legs.filter((l) => l.hand !== null).map((l) => l.id)).toEqual([legs[1]]);
    expect(refused(await second.ask({ type: "call.react", call, reaction: "yawn" }))).toBe("bad_value");
  });
});

describe("the room", () => {
  /* One may not begin so many. */
  beforeEach(() => {
    const [first, second, third] = lines as [Line, Line, Line];
    lines = [second, first, third];
  });

  const MANY = Array.from({ length: 49 }, (_, slot) => ({ slot: slot % 48, leg: uuid(), source: "camera", height: 180 }));

  it.each([
    ["nothing", "v=0\r\n"],
    ["text", "hello"],
    ["no fingerprint", "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"],
    ["control characters", "v=0\r\na=x\u0001y\r\n"],
  ])("refuses an offer of %s with a reason", async (_what, sdp) => {
    const { call } = await meeting(3);
    const e = await (lines[0] as Line).ask({ type: "call.connect", call, sdp });
    expect(refused(e)).toBe("bad_value");
    expect(e.type === "error" && e.error.message.length).toBeGreaterThan(10);
  });

  it("refuses a view of too much, and takes one of nobody", async () => {
    const { call } = await meeting(3);
    const on = lines[0] as Line;
    expect(refused(await on.ask({ type: "call.view", call, slots: MANY }))).toBe("too_long");
    const odd = [{ slot: 48, leg: uuid(), source: "camera", height: 1 }];
    expect(refused(await on.ask({ type: "call.view", call, slots: odd }))).toBe("bad_value");
    answer(await on.ask({ type: "call.view", call, slots: [{ slot: 0, leg: uuid(), source: "screen", height: 4320 }] }));
    answer(await on.ask({ type: "call.view", call, slots: [] }));
  });
});

describe("the server's end", () => {
  it("is told in the chat as what it was", async () => {
    await meeting(3);
    open = "";
    await server.end("SIGKILL");
    await server.again();
    const bodies = async () =>
      (await ben.get<{ messages: Message[] }>(`/channels/${group.id}/messages`)).body.messages.map((m) => m.body);
    await expect.poll(bodies).toContain("Meeting broke off");
    expect(await bodies()).not.toContain("Nobody else joined the meeting");
  });
});
