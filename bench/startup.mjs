// From the start of the process to the first answer of /healthz, and the memory it then holds.
import { pause } from "../tests/support/program.mjs";
import { startConvene, startPeer } from "./lib/sides.mjs";
import { median, round } from "./lib/table.mjs";

const ROUNDS = 7;

async function measure(start) {
  const ready = [];
  const rss = [];
  for (let i = 0; i < ROUNDS; i++) {
    const made = await start();
    const server = made.server ?? made;
    ready.push(server.readyMs);
    await pause(500);
    rss.push(server.rss() / 2 ** 20);
    await server.stop();
  }
  return { ready: median(ready), rss: median(rss) };
}

export async function startup() {
  const ours = await measure(startConvene);
  const theirs = await measure(startPeer);
  const row = (what, unit, key, goal) => ({
    bench: "startup",
    what,
    unit,
    convene: round(ours[key]),
    peer: round(theirs[key]),
    ratio: round(ours[key] / theirs[key]),
    goal,
  });
  return [
    row("start to ready, empty folder", "ms", "ready", "100 ms"),
    row("memory when idle", "MB", "rss", "20 MB"),
  ];
}
