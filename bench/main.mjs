import { fanout } from "./fanout.mjs";
import { http } from "./http.mjs";
import { idle } from "./idle.mjs";
import { join } from "./join.mjs";
import { sfu } from "./sfu.mjs";
import { startup } from "./startup.mjs";
import { store } from "./store.mjs";
import { turn } from "./turn.mjs";

const benches = { fanout, http, idle, join, sfu, startup, store, turn };
const [name, flag] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`bench/run ${Object.keys(benches).join("|")} [--json]`);
  process.exit(2);
}

/** One side beside the other, or a figure by itself. */
function line({ bench: name, what, ...row }) {
  if (row.convene === undefined)
    return `${what}: ${Object.entries(row)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ")}`;
  const beside = row.peer_is ?? (name === "turn" ? "coturn" : "express+ws");
  const bare = row.bare === undefined ? "" : `; the bare work alone ${row.bare}`;
  return `${what}: convene ${row.convene} ${row.unit}, ${beside} ${row.peer}, ratio ${row.ratio} (to reach: ${row.goal})${bare}`;
}

for (const row of await bench()) console.log(flag === "--json" ? JSON.stringify(row) : line(row));
