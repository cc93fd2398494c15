// What forwarding the media of calls costs: Convene beside Janus (as it is best, and as Debian ships it), and beside
// what encryption and the kernel alone take; the same clients, packets and checks for all, by turns.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { median, round } from "./lib/table.mjs";
import { Meeting } from "./sfu/convene.mjs";
import { Janus } from "./sfu/janus.mjs";
import { Load, newCertificate } from "./sfu/load.mjs";
import { EXTENSIONS } from "./sfu/sdp.mjs";
import { silence, speech, video } from "./sfu/streams.mjs";

const RUNS = 3;
const SETTLE = 5; // seconds in which an estimate of the line finds its place
const SECONDS = 5;
const LISTENERS = 50;
const MANY = 500;
const USUAL = 300; // packets a second of 3 Mbit/s
const MUCH = 3000;
const FRAME = 10; // packets of a frame: as in sfu/streams.mjs
const TALKING = 3;
const VOICES = 8; // pairs that a page offers
const GCM = "SRTP_AEAD_AES_128_GCM";
const OFFERED = `SRTP_AES128_CM_SHA1_80:${GCM}`; // as browsers do

const certificate = newCertificate();

const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
const one = (rate, listeners) => [[video(rate)], ...Array(listeners).fill([])];

/** One call and what was counted of it.  gro: what it costs to receive is left to the receivers. */
async function run(side, streams, { pairs = 1, profiles = GCM, sample = 1, gro = false }) {
  const before = rss(side.pid);
  const plan = { pid: String(side.pid), settle: SETTLE, seconds: SECONDS, sample, profiles, gro };
  const load = new Load(certificate, plan);
  const { fingerprint } = certificate;
  await side.call(streams, load, { fingerprint, extensions: EXTENSIONS, pairs });
  const got = await load.counted();
  const memory = (rss(side.pid) - before) / streams.length;
  await side.hangUp?.();
  const bad = got.lost + got.disordered + got.wrong;
  if (bad > 0) console.error(`${side.name}: ${JSON.stringify(got)}`);
  return { ...got, us: (got.server_cpu * 1e6) / got.received, memory };
}

async function janus(best, streams, how) {
  const side = await Janus.open(best);
  const got = await run(side, streams, how);
  await side.stop();
  return got;
}

const bare = (rate, gro) =>
  JSON.parse(execFileSync(process.env.BARE_SFU, [rate / FRAME, 3, gro ? 1 : 0].map(String))).us;

const of = (runs, field) => median(runs.map((r) => r[field]));
const bads = (runs) => runs.reduce((sum, r) => sum + r.lost + r.disordered + r.wrong, 0);

function row(what, unit, ours, theirs, goal, more = {}) {
  return { bench: "sfu", what, unit, convene: round(ours, 2), peer: round(theirs, 2), ratio: round(ours / theirs, 3), goal, ...more };
}

/** Forwarding at the usual rate, all by turns. */
async function usual(meeting) {
  const streams = one(USUAL, LISTENERS);
  const runs = { ours: [], best: [], shipped: [], bare: [] };
  for (let i = 0; i < RUNS; i++) {
    runs.ours.push(await run(meeting, streams, {}));
    runs.best.push(await janus(true, streams, {}));
    runs.shipped.push(await janus(false, streams, { profiles: OFFERED }));
    runs.bare.push({ us: bare(USUAL, false) });
  }
  const what = `CPU a forwarded packet, 1 to ${LISTENERS}, ${USUAL} a second of 1,200 bytes`;
  const wrong = { wrong: `${bads(runs.ours)} and ${bads(runs.best)}` };
  return [
    row(what, "us", of(runs.ours, "us"), of(runs.best, "us"), "1/4.5", {
      peer_is: "janus at its best",
      bare: round(of(runs.bare, "us"), 2),
      ...wrong,
    }),
    row(what, "us", of(runs.ours, "us"), of(runs.shipped, "us"), "1/15", { peer_is: "janus as shipped" }),
    ...["p50_us", "p99_us"].map((part) =>
      row(`Time from sending to arrival, ${part.slice(0, 3)}`, "us", of(runs.ours, part), of(runs.best, part), "1000 us", {
        peer_is: "janus at its best",
      }),
    ),
  ];
}

/** As much as one loop can be given here, beside the bare limit at the same pace. */
async function much(meeting) {
  const runs = { ours: [], bare: [] };
  for (let i = 0; i < RUNS; i++) {
    runs.ours.push(await run(meeting, one(MUCH, LISTENERS), { sample: 16, gro: true }));
    runs.bare.push({ us: bare(MUCH, true) });
  }
  const a_core = (us) => Math.round(1e6 / us);
  return row(
    `Packets a second a core, 1 to ${LISTENERS}, ${MUCH} a second, receivers with UDP_GRO`,
    "packets",
    a_core(of(runs.ours, "us")),
    a_core(of(runs.bare, "us")),
    "0.6",
    { peer_is: "encryption and the kernel alone", wrong: bads(runs.ours) },
  );
}

const cost = (what, got, goal) => ({
  bench: "sfu",
  what,
  "packets a second": Math.round(got.received / got.seconds),
  "of a core": round(got.server_cpu / got.seconds, 2),
  "us a packet": round(got.us, 2),
  "p99 us": got.p99_us,
  "lost, out of order or wrong": bads([got]),
  "KiB a participant": Math.round(got.memory),
  goal,
});

async function voices(meeting) {
  const streams = Array.from({ length: LISTENERS }, (_, i) => [i < TALKING ? speech : silence]);
  const got = await run(meeting, streams, { pairs: VOICES });
  return cost(`${LISTENERS} in a call, sound, ${TALKING} speak`, got, "none lost; 300 KiB");
}

async function audience() {
  const meeting = await Meeting.open(MANY + 1);
  const got = await run(meeting, one(USUAL, MANY), { sample: 8 });
  await meeting.stop();
  return cost(`${MANY} listeners of one video`, got, "none lost; 300 KiB");
}

export async function sfu() {
  const meeting = await Meeting.open(LISTENERS + 1);
  const rows = [...(await usual(meeting)), await much(meeting), await voices(meeting)];
  await meeting.stop();
  rows.push(await audience());
  certificate.remove();
  return rows;
}
