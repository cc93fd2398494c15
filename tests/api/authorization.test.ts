import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, asks, type Cell, TAKE_ONESELF_OUT, toldWhenIn } from "./support/asks";
import { House } from "./support/house";
import { Issuer } from "./support/issuer";
import type { Person } from "./support/person";
import { Lines, speak } from "./support/speaks";

/*
 * Who may do what: every cell of api/authorization.json, asked of the real program with real objects
 * and, where somebody should be let in, in a way that goes through.
 */

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, unknown>;
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../api/${name}`, import.meta.url), "utf8"));
const contract = read("openapi.json") as { paths: Record<string, Record<string, Operation>> };
const table = read("authorization.json") as { actors: string; rows: Record<string, string> };
const actors = table.actors.split(" ").filter((a) => a !== "");

const operations = new Map(
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, op]) => [op.operationId, { path, method: method.toUpperCase(), op }] as const,
    ),
  ),
);
const rows = Object.entries(table.rows).map(([name, cells]) => {
  const [of = "", ...on] = name.split(" ");
  return { name, of, on: on.join(" ") || undefined, cells: cells.split(/ +/) };
});

let provider: Issuer;
let house: House;
let lines: Lines;
let cells = 0;
let missed = 0;

beforeAll(async () => {
  provider = await Issuer.start();
  house = await House.build(provider);
  lines = new Lines(house);
});
afterAll(async () => {
  lines?.close();
  await house?.server.stop();
  await provider?.stop();
  console.log(`authorization: ${cells} cells, ${missed} misses`);
});

/* As a Person calls, but whatever cookie is answered is not kept. */
function request(
  who: Person,
  method: string,
  path: string,
  { body, headers }: Ask,
): Promise<Response> {
  return fetch(`${house.server.url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(who.cookie === "" ? {} : { cookie: who.cookie }),
      ...who.headers,
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function fill(path: string, cell: Cell, ask: Ask): string {
  const place = cell.on?.split(" ").at(-1);
  const ids: Record<string, string> = {
    person: house.who("victim").me.id,
    user: house.who("victim").me.id,
    provider: "oidc",
    team: house.team,
    identity: house.team,
    channel: house.channels.get(place as never)?.id ?? "",
    ...ask.path,
  };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] || `no ${name}`);
  return filled + (ask.query ?? "");
}

const refusals: Record<string, string> = { signed_out: "401", forbidden: "403", not_found: "404" };

async function outcomeOf(answer: Response, op: Operation): Promise<string> {
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.startsWith("application/json") && text !== "";
  const code: string | undefined = json ? JSON.parse(text).error?.code : undefined;
  if (code !== undefined && code === toldWhenIn[op.operationId]) return "yes";
  if (code === undefined && answer.status < 400 && `${answer.status}` in op.responses) return "yes";
  return refusals[code ?? ""] ?? `${answer.status} ${code}`;
}

async function call(of: string, cell: Cell): Promise<string> {
  const known = operations.get(of);
  if (known === undefined) throw new Error(`the contract has no ${of}`);
  const ask = (await asks[of]?.(cell)) ?? {};
  const path = fill(known.path, cell, ask);
  const outcome = await outcomeOf(await request(cell.who, known.method, path, ask), known.op);
  if (outcome === "yes") await ask.after?.();
  return outcome;
}

async function outcome(row: (typeof rows)[number], name: string, wanted: string): Promise<string> {
  const actor = house.actor(name, row.on?.split(" ").at(-1));
  const who = TAKE_ONESELF_OUT.has(row.name) ? await house.twin(name, actor) : actor;
  const cell: Cell = { house, name, who, on: row.on, yes: wanted === "yes" };
  if (operations.has(row.of)) return call(row.of, cell);
  const said = await speak(row.of, cell, lines);
  return said === "silence" && wanted !== "yes" ? wanted : said;
}

describe("a row of the matrix of rights", () => {
  it.each(rows)("$name", async (row) => {
    const misses: string[] = [];
    for (const [i, name] of actors.entries()) {
      const wanted = row.cells[i] ?? "";
      const got = await outcome(row, name, wanted);
      cells += 1;
      if (got !== wanted) misses.push(`${name}: ${got}, not ${wanted}`);
    }
    missed += misses.length;
    expect(misses).toEqual([]);
  });
});

it("has a cell for everybody in every row", () => {
  expect(actors.length).toBeGreaterThanOrEqual(13);
  expect(cells).toBe(rows.length * actors.length);
  expect(cells).toBeGreaterThanOrEqual(600);
});
