// One stored message to 1,000 connected members: server CPU a delivery, for messages sent one after
// another and in bursts, and beside it what the kernel alone takes for a write to each.
import { execFileSync } from "node:child_process";
import { pause } from "../tests/support/program.mjs";
import { convene, peer } from "./lib/sides.mjs";
import { close, open } from "./lib/sockets.mjs";
import { median, round } from "./lib/table.mjs";

const RECEIVERS = 1000;
const PEOPLE = 20; // each at 50 pages
const ROUNDS = 3;
const ALONE = 100;
const BURST = 50;
const BURSTS = 6;

function post(side, i, n) {
  return fetch(`${side.server.url}/api/v1/channels/${side.channel}/messages`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      cookie: side.cookies[i % side.cookies.length],
    },
    body: JSON.stringify({
      client_id: crypto.randomUUID(),
      body: `Message ${n}: the quick brown fox jumps over the lazy dog, and does so once more.`,
    }),
  }).then(async (answer) => {
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer.arrayBuffer();
  });
}

async function measure(side) {
  let got = 0;
  const receivers = await open(side, RECEIVERS, () => {
    got += 1;
  });
  await pause(1500);
  const arrived = async (want) => {
    while (got < want) await pause(1);
  };

  const run = async (messages, atOnce) => {
    got = 0;
    const before = side.server.cpu();
    for (let sent = 0; sent < messages; sent += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, i) => post(side, sent + i, sent + i)));
      await arrived((sent + atOnce) * RECEIVERS);
      await pause(15);
    }
    return ((side.server.cpu() - before) * 1e6) / (messages * RECEIVERS);
  };

  await run(20, 1);
  const alone = [];
  const bursts = [];
  for (let i = 0; i < ROUNDS; i++) {
    alone.push(await run(ALONE, 1));
    bursts.push(await run(BURST * BURSTS, BURST));
  }
  close(receivers);
  return { alone: median(alone), bursts: median(bursts) };
}

/** CPU a bare write to each of as many connections. */
function floor() {
  const runs = Array.from({ length: ROUNDS }, () => Number(execFileSync(process.env.BARE_FANOUT)));
  return median(runs);
}

export async function fanout() {
  const results = {};
  for (const make of [convene, peer]) {
    const side = await make(PEOPLE);
    results[make.name] = await measure(side);
    await side.server.stop();
  }
  const bare = round(floor());
  return ["alone", "bursts"].map((what) => ({
    bench: "fanout",
    what: `CPU a delivery, ${what}`,
    unit: "us",
    convene: round(results.convene[what]),
    peer: round(results.peer[what]),
    ratio: round(results.convene[what] / results.peer[what]),
    goal: what === "alone" ? 0.55 : 0.08,
    ...(what === "alone" ? { bare } : {}),
  }));
}
