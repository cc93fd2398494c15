import type { ServerEvent } from "../../../web/src/api/gen";
import type { Cell } from "./asks";
import type { House, Place } from "./house";
import type { Line, Person } from "./person";

/* What pages say over their sockets, by everybody. */

const QUIET_MS = 150;
/** As CHAT_TYPING_PAUSE: what the tokens before have tried counts, for they are one person's. */
const TYPING_PAUSE_MS = 2100;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

type Refused = Extract<ServerEvent, { type: "error" }>;
const isRefused = (e: ServerEvent): e is Refused => e.type === "error";

/** The lines of the actors, which stay open from row to row. */
export class Lines {
  readonly #house: House;
  readonly #open = new Map<string, Line>();

  constructor(house: House) {
    this.#house = house;
  }

  async of(name: string, who: Person = this.#house.who(name)): Promise<Line> {
    const key = `${name} ${who.cookie}`;
    const open = this.#open.get(key) ?? (await who.socket());
    if (!this.#open.has(key)) await open.next("gap");
    this.#open.set(key, open);
    return open;
  }

  close(): void {
    for (const line of this.#open.values()) line.close();
  }
}

/** What is refused to one who cannot even open a socket: its status. */
function statusOf(error: unknown): string {
  const status = /(\d{3})/.exec(String(error))?.[1];
  if (status === undefined) throw error;
  return status;
}

const meanings: Record<string, string> = { signed_out: "401", forbidden: "403", not_found: "404" };

/** Says it, and what came back by the time that a ping is answered. */
async function say(line: Line, message: object): Promise<string> {
  line.events.splice(0);
  line.sendText(JSON.stringify(message));
  await line.ask({ type: "ping" });
  const refused = line.events.find(isRefused);
  if (refused === undefined) return "yes";
  return meanings[refused.error.code] ?? refused.error.code;
}

/** As say(), of a message that is answered in its own time. */
async function ask(line: Line, message: object): Promise<string> {
  const answer = await line.ask(message);
  if (answer.type === "done") return "yes";
  return meanings[answer.error.code] ?? answer.error.code;
}

interface Talk {
  readonly cell: Cell;
  readonly lines: Lines;
  readonly line: Line;
}

/* It is never answered: somebody else of the channel hears it, or does not. */
async function typing({ cell, lines, line }: Talk): Promise<string> {
  const { house, name } = cell;
  const place = cell.on as Place;
  const hearer = place === "direct" ? (name === "member" ? "deputy" : "member") : "victim";
  const near = await lines.of(hearer);
  const user = name.startsWith("token") ? house.who("deputy").me.id : cell.who.me.id;
  const channel = house.channel(place).id;
  if (cell.yes && name.startsWith("token")) await pause(TYPING_PAUSE_MS);
  line.sendText(JSON.stringify({ type: "typing", channel }));
  if (cell.yes) {
    await near.next("typing", (e) => e.user === user && e.channel === channel);
    return "yes";
  }
  await pause(QUIET_MS);
  const heard = near.events.some(
    (e) => e.type === "typing" && e.user === user && e.channel === channel,
  );
  return heard ? "yes" : "silence";
}

const media = { mic: true, camera: false };

async function start(line: Line, cell: Cell): Promise<string> {
  const channel = cell.house.channel("direct").id;
  const done = await line.ask({ type: "call.start", channel, video: false, ...media });
  if (done.type !== "done" || !done.call) throw new Error(JSON.stringify(done));
  return done.call.id;
}

interface Running {
  readonly call: string;
  /** Of the other one: of deputy, or of member where deputy asks. */
  readonly leg: string;
}

/* Starting calls is limited, so one goes on for all who shall not get into it. */
let running: string | undefined;

/* A page says only so much in a time, so another one goes on after some. */
const TURNS_A_PAGE = 30;
let turns = 0;

const elsewhere = (name: string, { cell, lines }: Talk): Promise<Line> =>
  lines.of(`${name}, elsewhere ${Math.floor(turns / TURNS_A_PAGE)}`, cell.house.who(name));

/** A call of member and deputy in which neither is on a page of an actor. */
async function aCall(t: Talk): Promise<Running> {
  const { cell } = t;
  turns += 1;
  const [member, deputy] = [await elsewhere("member", t), await elsewhere("deputy", t)];
  running ??= await start(member, cell);
  const join = { type: "call.join", call: running, ...media };
  const legs = [await member.ask(join), await deputy.ask(join)];
  const leg = legs[cell.name.startsWith("token") ? 0 : 1];
  if (leg?.type !== "done" || !leg.leg) throw new Error(JSON.stringify(legs));
  return { call: running, leg: leg.leg };
}

async function noCall(t: Talk): Promise<void> {
  if (running === undefined) return;
  const member = await elsewhere("member", t);
  await member.ask({ type: "call.join", call: running, ...media });
  await member.ask({ type: "call.leave", call: running });
  running = undefined;
}

async function callStart(t: Talk): Promise<string> {
  await noCall(t);
  const channel = t.cell.house.channel(t.cell.on as Place).id;
  const answer = await t.line.ask({ type: "call.start", channel, video: false, ...media });
  if (answer.type === "error") return meanings[answer.error.code] ?? answer.error.code;
  await t.line.ask({ type: "call.leave", call: answer.call?.id });
  return "yes";
}

async function join(t: Talk): Promise<string> {
  const { call } = await aCall(t);
  return ask(t.line, { type: "call.join", call, ...media });
}

/* Only what still rings can be declined. */
async function decline(t: Talk): Promise<string> {
  if (!t.cell.yes) return ask(t.line, { type: "call.decline", call: (await aCall(t)).call });
  await noCall(t);
  const from = await t.lines.of(t.cell.name === "member" ? "deputy" : "member");
  return ask(t.line, { type: "call.decline", call: await start(from, t.cell) });
}

/* Who may has taken the call over to this page. */
async function within(t: Talk, type: string): Promise<string> {
  const { call, leg } = await aCall(t);
  if (t.cell.yes) await t.line.ask({ type: "call.join", call, ...media });
  const more: Record<string, object> = {
    "call.media": media,
    "call.signal": { to: leg, signal: { candidate: { candidate: "" } } },
    "call.connect": { ref: 1, sdp: "no offer" },
    "call.view": { slots: [] },
    "call.react": { reaction: "like" },
    "call.mute": { leg: null },
    "call.remove": { leg },
  };
  const outcome = await say(t.line, { type, call, ...more[type] });
  if (type === "call.leave" && outcome === "yes") running = undefined;
  /* let in, and told that this is no offer */
  if (type === "call.connect" && outcome === "bad_value") return "yes";
  return outcome;
}

const talks: Record<string, (t: Talk) => Promise<string>> = {
  ping: (t) => ask(t.line, { type: "ping" }),
  watch: (t) => say(t.line, { type: "watch", users: [t.cell.house.who("victim").me.id] }),
  activity: (t) => say(t.line, { type: "activity", active: true }),
  typing,
  "call.start": callStart,
  "call.join": join,
  "call.decline": decline,
  "call.leave": (t) => within(t, "call.leave"),
  "call.media": (t) => within(t, "call.media"),
  "call.signal": (t) => within(t, "call.signal"),
  "call.connect": (t) => within(t, "call.connect"),
  "call.view": (t) => within(t, "call.view"),
  "call.react": (t) => within(t, "call.react"),
  "call.mute": (t) => within(t, "call.mute"),
  "call.remove": (t) => within(t, "call.remove"),
  "call.end": (t) => within(t, "call.end"),
};

/** What comes of a message: yes, the status of a refusal, silence, or some other code. */
export async function speak(type: string, cell: Cell, lines: Lines): Promise<string> {
  const talk = talks[type];
  if (talk === undefined) throw new Error(`nobody knows how to say ${type}`);
  let line: Line;
  try {
    line = await lines.of(cell.name, cell.who);
  } catch (error) {
    return statusOf(error);
  }
  return talk({ cell, lines, line });
}
