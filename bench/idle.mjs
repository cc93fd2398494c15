// 10,000 signed-in sockets that do nothing: memory a socket.
import { pause } from "../tests/support/program.mjs";
import { convene, peer } from "./lib/sides.mjs";
import { close, open } from "./lib/sockets.mjs";
import { round } from "./lib/table.mjs";

const SOCKETS = 10_000;
const PEOPLE = 200;

async function measure(side) {
  const warm = await open(side, 100);
  await pause(1000);
  const before = side.server.rss();
  const all = await open(side, SOCKETS);
  await pause(5000);
  const each = (side.server.rss() - before) / SOCKETS;
  close(all);
  close(warm);
  return each / 1024;
}

export async function idle() {
  const results = {};
  for (const make of [convene, peer]) {
    const side = await make(PEOPLE);
    results[make.name] = await measure(side);
    await side.server.stop();
  }
  return [
    {
      bench: "idle",
      what: `memory a socket at ${SOCKETS}`,
      unit: "KB",
      convene: round(results.convene),
      peer: round(results.peer),
      ratio: round(results.convene / results.peer),
      goal: "4 KB",
    },
  ];
}
