/*
 * The program is killed with SIGKILL again and again, while it starts, commits and answers, and
 * people go on: whoever got no answer sends the same message with the same client_id again, or
 * gives it up; whoever lost the line comes back by resume or gap.  In the end a checker holds what
 * each of them was told to what is there.
 *
 *     KILLS=30 MESSAGES=20000   at least so many of each
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pause, Server } from "../support/program.mjs";
import { people, uuid } from "./lib/client.mjs";
import { Receiver } from "./lib/receiver.mjs";
import { atMost, claim, finish, holds } from "./lib/report.mjs";

const KILLS = Number(process.env.KILLS ?? 32);
const MESSAGES = Number(process.env.MESSAGES ?? 20_500);
const SENDERS = 12;
const GROUPS = 5;
const LIMIT_S = Number(process.env.LIMIT_S ?? 420);
const CATCH_UP_MS = 60_000;

const chance = (p) => Math.random() < p;
const between = (from, to) => from + Math.random() * (to - from);

/** What the people were told. */
const acknowledged = [];
const abandoned = [];
let repeats = 0;
const unexpected = [];
let over = false;

/** One person in one channel: the next message only after the last is settled. */
async function chat(person, channel) {
  const mine = [];
  for (let i = 0; !over; i++) {
    const m = {
      clientId: uuid(),
      channel,
      sender: person.me.id,
      body: `${person.number} says ${i}`,
    };
    const row = await sendUntilSettled(person, m);
    if (row) {
      const note = { ...m, row };
      mine.push(note);
      acknowledged.push(note);
    }
    await pause(between(0, 4));
  }
  return mine;
}

async function sendUntilSettled(person, m) {
  for (let tries = 1; ; tries++) {
    const answer = await person.send(m.channel, m.clientId, m.body).catch(() => undefined);
    if (answer?.status === 201 || answer?.status === 200) {
      if (answer.status === 200) {
        repeats += 1;
        if (tries === 1) unexpected.push(`the first try of ${m.clientId} was told to be a repeat`);
      }
      return answer.body;
    }
    if (answer && answer.status !== 503)
      unexpected.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    if (!over && chance(0.05)) {
      abandoned.push(m);
      return undefined;
    }
    await pause(between(5, 40));
  }
}

/** Somebody's network goes now and then, while the program lives: then the socket resumes. */
async function cutSometimes(receivers) {
  while (!over) {
    await pause(between(50, 250));
    receivers[Math.floor(Math.random() * receivers.length)].cut();
  }
}

async function killOnce(server) {
  if (!server.running) unexpected.push(`it had ended by itself: ${server.output}`);
  await server.end("SIGKILL");
  server.spawn();
}

/** Kills at a random moment of its life; one in five before it is ready again. */
async function killOften(server) {
  let kills = 0;
  while (kills < KILLS || acknowledged.length < MESSAGES) {
    await pause(between(300, 1500));
    await killOnce(server);
    for (kills += 1; chance(0.2); kills += 1) {
      await pause(between(1, 60));
      await killOnce(server);
    }
    await server.ready();
  }
  return kills;
}

async function makeChannels(all) {
  const channels = [{ id: await all[0].general(), members: all }];
  for (let g = 0; g < GROUPS; g++) {
    const members = all.filter((_, i) => i === 0 || (i + g) % 3 !== 0);
    const { id } = await all[0].must(201, "POST", "/channels", {
      kind: "group",
      name: `Group ${g}`,
      members: members.slice(1).map((p) => p.me.id),
    });
    channels.push({ id, members });
  }
  return channels;
}

function checkRows(rows, channels) {
  const byClient = new Map();
  const twice = [];
  const holes = [];
  const counts = [];
  for (const c of channels) {
    const own = rows.get(c.id);
    let n = 0;
    own.forEach((row, i) => {
      if (row.seq !== i + 1) holes.push(`${c.id}: ${row.seq} stands at ${i + 1}`);
      n += row.kind === "text" ? 1 : 0;
      if (row.n !== n) counts.push(`${c.id}: row ${row.seq} has n ${row.n}, not ${n}`);
      if (row.client_id === null) return;
      if (byClient.has(row.client_id)) twice.push(row.client_id);
      byClient.set(row.client_id, row);
    });
  }
  claim("seq runs from 1 without holes in every channel", holes);
  claim("n counts the rows that count as unread", counts);
  claim("no message is there twice", twice);

  const lost = [];
  const moved = [];
  for (const m of acknowledged) {
    const row = byClient.get(m.clientId);
    if (!row) lost.push(`${m.clientId}: ${m.body}`);
    else if (JSON.stringify(row) !== JSON.stringify(m.row)) moved.push(m.clientId);
  }
  claim("no message that was acknowledged is lost", lost);
  claim("each stands where and as it was acknowledged", moved);

  const known = new Set([...acknowledged, ...abandoned].map((m) => m.clientId));
  claim(
    "nothing is there that nobody sent",
    [...byClient.keys()].filter((id) => !known.has(id)),
  );
}

function checkOrder(streams) {
  const wrong = [];
  for (const mine of streams)
    mine.forEach((m, i) => {
      if (i > 0 && m.row.seq <= mine[i - 1].row.seq) wrong.push(`${m.body}: ${m.row.seq}`);
    });
  claim("what one sends stands in the order in which it was acknowledged", wrong);
}

async function checkReceivers(receivers, rows, channels) {
  const until = Date.now() + CATCH_UP_MS;
  const behind = [];
  const different = [];
  for (const r of receivers) {
    for (const c of channels.filter((one) => one.members.includes(r.person))) {
      const own = rows.get(c.id);
      if (!(await r.reaches(c.id, own.at(-1).change, until)))
        behind.push(`${r.person.number} in ${c.id}`);
      const seen =
        r.timelines
          .get(c.id)
          ?.rows.map((m) => m.id)
          .join() ?? "";
      if (seen !== own.map((m) => m.id).join()) different.push(`${r.person.number} in ${c.id}`);
    }
  }
  claim("every receiver comes to the end of its channels", behind);
  claim("and has seen each row exactly once, in the order of the channel", different);
  claim(
    "no receiver was shown a hole, or an event that it could not place",
    receivers.flatMap((r) => r.faults),
  );
}

async function checkRepeats(all) {
  const wrong = [];
  for (let i = 0; i < 100; i++) {
    const m = acknowledged[Math.floor(Math.random() * acknowledged.length)];
    const person = all.find((p) => p.me.id === m.sender);
    const again = await person.send(m.channel, m.clientId, m.body);
    if (again.status !== 200 || again.body.id !== m.row.id) wrong.push(m.clientId);
  }
  claim("a repeat is answered with the first answer", wrong);
}

function integrity(file) {
  const script =
    "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])";
  return execFileSync("python3", ["-c", script, file], {
    encoding: "utf8",
  }).trim();
}

const server = await Server.start({ env: { RATE_LIMITS: "off" } });
atMost(LIMIT_S, () => server.kill());
const all = await people(server, SENDERS);
const channels = await makeChannels(all);
const receivers = all.map((person) => new Receiver(person));

const begun = Date.now();
const streams = channels.flatMap((c) => c.members.map((person) => chat(person, c.id)));
const cutting = cutSometimes(receivers);
const kills = await killOften(server);
over = true;
const settled = await Promise.all(streams);
await cutting;
const seconds = (Date.now() - begun) / 1000;

const rows = new Map();
for (const c of channels) rows.set(c.id, (await all[0].changes(c.id, 0)).rows);
const sum = (key) => receivers.reduce((n, r) => n + r[key], 0);
console.log(
  `# ${kills} kills, ${acknowledged.length} acknowledged in ${seconds.toFixed(0)} s, ` +
    `${repeats} of them by a repeat, ${abandoned.length} given up, ` +
    `${receivers.length} receivers: ${sum("gaps")} gaps, ${sum("resumed")} resumed`,
);

holds("there were 30 kills or more", kills >= 30);
holds("there were 20,000 acknowledged messages or more", acknowledged.length >= 20_000);
holds("some had to be sent again", repeats > 0 && abandoned.length > 0);
holds("sockets came back both ways", sum("gaps") > receivers.length && sum("resumed") > 0);
claim("every answer was one that the contract knows for this", unexpected);
checkRows(rows, channels);
checkOrder(settled);
await checkReceivers(receivers, rows, channels);
await checkRepeats(all);

for (const r of receivers) r.end();
holds("it stops by SIGTERM", (await server.end("SIGTERM")) === 0, server.output);
const verdict = integrity(join(server.folder, "data", "convene.db"));
holds("the database is whole", verdict === "ok", verdict);
server.remove();
finish();
