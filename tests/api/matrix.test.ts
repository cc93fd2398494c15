import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel } from "../../web/src/api/gen";
import { invited, Person, setUp, uuid } from "./support/person";
import { Server } from "./support/server";

/*
 * Who may call what: every route of the contract by everybody.  Bodies are empty objects, so a
 * route that lets one in answers with what is wrong with the body or parameter, and only that.
 */

interface Operation {
  readonly operationId: string;
  readonly "x-verb": string;
  readonly "x-object": string;
  readonly requestBody?: unknown;
}
const contract = JSON.parse(
  readFileSync(new URL("../../api/openapi.json", import.meta.url), "utf8"),
) as { paths: Record<string, Record<string, Operation>> };

const routes = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, op]) => ({ path, method: method.toUpperCase(), op })),
);

const OPEN = new Set(["site.read", "setup.run", "session.create", "invite.use", "health.read", "metrics.read", "account.reset", "provider.use", "guest.join"]);
const ADMIN = new Set([
  "invite.manage",
  "person.manage",
  "session.manage",
  "audit.read",
  "provider.manage",
  "storage.read",
]);

let server: Server;
let owner: Person;
let member: Person;
let outsider: Person;
let chat: Channel;

beforeAll(async () => {
  server = await Server.start();
  owner = await setUp(server);
  member = await invited(owner, "Member");
  outsider = await invited(owner, "Outsider");
  chat = await owner.direct(member);
});
afterAll(() => server.stop());

async function answer(who: Person, method: string, path: string, op: Operation) {
  const place = path
    .replace("{channel}", chat.id)
    .replace("{person}", member.me.id)
    .replace("{user}", uuid())
    .replace("{invite}", uuid());
  return (await who.call(method, place, op.requestBody === undefined ? undefined : {})).status;
}

describe.each(routes)("$method $path", ({ method, path, op }) => {
  const open = OPEN.has(op["x-verb"]);

  it("for somebody who is not signed in", async () => {
    const status = await answer(new Person(server), method, path, op);
    if (open) expect(status).not.toBe(401);
    else expect(status).toBe(401);
  });

  it("for a session that has ended", async () => {
    if (open) return;
    const gone = new Person(server);
    gone.cookie = `convene=${"B".repeat(43)}`;
    expect(await answer(gone, method, path, op)).toBe(401);
  });

  it("for a member who has nothing to do with the object", async () => {
    if (op.operationId === "session_end") return;
    const status = await answer(outsider, method, path, op);
    if (["channel", "team"].includes(op["x-object"])) expect([400, 404]).toContain(status);
    else if (ADMIN.has(op["x-verb"])) expect(status).toBe(403);
    else expect([200, 204, 400, 403, 404, 409, 426]).toContain(status);
    if (op["x-object"] === "channel" && op.requestBody === undefined)
      expect(status).not.toBe(200);
  });

  it("for who belongs to it", async () => {
    if (op.operationId === "session_end") return;
    const status = await answer(owner, method, path, op);
    expect(status).not.toBe(401);
    expect(status).toBeLessThan(500);
    if (ADMIN.has(op["x-verb"])) expect(status).not.toBe(403);
  });
});
