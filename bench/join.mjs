// From Join to the first picture in Chromium: web/e2e/join.e2e.ts, many times.
import { execFileSync } from "node:child_process";
import { dirname, join as path } from "node:path";
import { fileURLToPath } from "node:url";

const JOINS = 100;
const GOALS = { p50: 150, p99: 400 };
const web = path(dirname(fileURLToPath(import.meta.url)), "../web");

export function join() {
  const args = ["vitest", "run", "--project", "e2e", "e2e/join.e2e.ts"];
  const env = { ...process.env, JOINS: String(JOINS) };
  const said = execFileSync("npx", args, { cwd: web, env, encoding: "utf8" });
  const took = JSON.parse(/joins: (\{.*\})/.exec(said)[1]);
  return Object.entries(GOALS).map(([part, goal]) => ({
    bench: "join",
    what: `From Join to the first picture, ${part} of ${JOINS}`,
    ms: took[part],
    "to reach": goal,
  }));
}
