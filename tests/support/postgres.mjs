// A PostgreSQL as tests and benches see it: statements by psql, databases of their own.
import { execFileSync } from "node:child_process";

/** Where databases can be made; tools/with-postgres sets it. */
export function testDatabaseUrl() {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error("TEST_DATABASE_URL names no server; run it by tools/with-postgres");
  return url;
}

/** Runs statements; what they answer as text, a line a row. */
export function sql(url, ...texts) {
  const commands = texts.flatMap((text) => ["-c", text]);
  return execFileSync(
    "psql",
    ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, ...commands],
    { encoding: "utf8", stdio: "pipe" },
  ).trim();
}

/** The URL of another database of the same server. */
export function inDatabase(url, name) {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

let made = 0;

/** A fresh database, maybe a copy; its URL. */
export function createDatabase(url, template) {
  const name = `t_${process.pid}_${++made}`;
  sql(url, `CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ""}`);
  return inDatabase(url, name);
}

export const nameOf = (url) => new URL(url).pathname.slice(1);

/** Gone, whoever is still connected. */
export function dropDatabase(server, url) {
  sql(server, `DROP DATABASE IF EXISTS ${nameOf(url)} WITH (FORCE)`);
}
