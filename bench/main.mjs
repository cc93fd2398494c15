import { fanout } from "./fanout.mjs";
import { http } from "./http.mjs";
import { idle } from "./idle.mjs";
import { startup } from "./startup.mjs";

const benches = { fanout, http, idle, startup };
const [name, flag] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(`bench/run ${Object.keys(benches).join("|")} [--json]`);
  process.exit(2);
}
const rows = await bench();
for (const row of rows) {
  if (flag === "--json") console.log(JSON.stringify(row));
  else {
    const bare = row.bare === undefined ? "" : `; a bare write alone ${row.bare}`;
    console.log(
      `${row.what}: convene ${row.convene} ${row.unit}, express+ws ${row.peer}, ratio ${row.ratio} (to reach: ${row.goal})${bare}`,
    );
  }
}
