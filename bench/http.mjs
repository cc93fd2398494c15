// GET /api/v1/me of a signed-in person: requests a second of server CPU.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { convene, peer } from "./lib/sides.mjs";
import { median, round } from "./lib/table.mjs";

const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 64;

async function once(side) {
  const before = side.server.cpu();
  const { stdout } = await promisify(execFile)("wrk", [
    "-t1",
    `-c${CONNECTIONS}`,
    `-d${SECONDS}s`,
    "-H",
    `Cookie: ${side.cookies[0]}`,
    `http://127.0.0.1:${side.server.port}/api/v1/me`,
  ]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  return requests / (side.server.cpu() - before);
}

export async function http() {
  const results = {};
  for (const make of [convene, peer]) {
    const side = await make(1);
    await once(side);
    const runs = [];
    for (let i = 0; i < ROUNDS; i++) runs.push(await once(side));
    results[make.name] = median(runs);
    await side.server.stop();
  }
  return [
    {
      bench: "http",
      what: "GET /me a CPU second",
      unit: "requests",
      convene: Math.round(results.convene),
      peer: Math.round(results.peer),
      ratio: round(results.convene / results.peer),
      goal: 15,
    },
  ];
}
