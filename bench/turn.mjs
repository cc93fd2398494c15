// What relaying a packet costs, beside coturn: the same clients, peers and packets for both, in turn.
import { execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause } from "../tests/support/program.mjs";
import { convene } from "./lib/sides.mjs";
import { median, round } from "./lib/table.mjs";

const SECONDS = 2;
const RUNS = 3;
const RATE = 20_000;
const SECRET = "a secret of the bench";
// One, as a call has it; and many.
const LOADS = [1, 200].flatMap((clients) => [160, 1200].map((size) => ({ clients, size })));

async function ourSide() {
  const side = await convene(1, { env: { ALLOWED_PEERS: "127.0.0.2" } });
  const answer = await fetch(`${side.server.url}/api/v1/ice`, {
    headers: { cookie: side.cookies[0] },
  });
  const { ice_servers } = await answer.json();
  const relay = ice_servers.find((one) => one.username);
  const [, port] = relay.urls[0].match(/:(\d+)\?transport=udp/);
  return {
    port,
    pid: side.server.pid,
    name: relay.username,
    password: relay.credential,
    stop: () => side.server.stop(),
  };
}

async function coturn() {
  const folder = mkdtempSync(join(tmpdir(), "coturn-"));
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const options = `-n --no-tls --no-dtls --no-cli --simple-log --log-file ${folder}/log --pidfile ${folder}/pid
    --listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --listening-port ${port} --min-port 40000 --max-port 48000
    --use-auth-secret --static-auth-secret ${SECRET.replaceAll(" ", "-")} --realm bench --allow-loopback-peers`;
  const child = spawn("turnserver", options.split(/\s+/), { stdio: "ignore" });
  await pause(1000);
  const name = `${Math.floor(Date.now() / 1000) + 36_000}:bench`;
  const hmac = createHmac("sha1", SECRET.replaceAll(" ", "-"));
  return {
    port: String(port),
    pid: child.pid,
    name,
    password: hmac.update(name).digest("base64"),
    stop: () => {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function load(side, { clients, size }, rate) {
  const args = [side.port, side.pid, side.name, side.password, clients, size, rate, SECONDS];
  return JSON.parse(execFileSync(process.env.TURN_LOAD, args.map(String), { encoding: "utf8" }));
}

/** Both sides by turns, so that what the machine does besides falls on both. */
function beside(sides, one, rate) {
  const runs = sides.map(() => []);
  for (let i = 0; i < RUNS; i++) for (const [k, side] of sides.entries()) runs[k].push(load(side, one, rate));
  return runs;
}

const of = (runs, field) => median(runs.map((run) => run[field]));

function row(one, what, unit, [ours, theirs], goal) {
  const lost = [ours, theirs].map((runs) => runs.reduce((sum, run) => sum + run.lost, 0));
  return {
    bench: "turn",
    what: `${what}, ${one.size} bytes, ${one.clients} allocation${one.clients > 1 ? "s" : ""}`,
    unit,
    convene: round(of(ours, unit === "us" ? "us" : "per_second")),
    peer: round(of(theirs, unit === "us" ? "us" : "per_second")),
    ratio: round(of(ours, unit === "us" ? "us" : "per_second") / of(theirs, unit === "us" ? "us" : "per_second"), 2),
    lost: lost.join(" and "),
    goal,
  };
}

export async function turn() {
  const sides = [await ourSide(), await coturn()];
  const rows = [];
  for (const one of LOADS) {
    rows.push(row(one, `CPU a packet at ${RATE} a second`, "us", beside(sides, one, RATE), "0.6"));
    const most = beside(sides, one, 0);
    rows.push(row(one, "CPU a packet at most", "us", most, "0.6"));
    rows.push(row(one, "packets at most", "a second", most, "above 1"));
  }
  for (const side of sides) await side.stop();
  return rows;
}
