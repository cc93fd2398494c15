import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Channel } from "../../web/src/api/gen";
import { invited, PASSWORD, type Person, setUp, uuid } from "./support/person";
import { raw } from "./support/raw";
import { Server } from "./support/server";

let server: Server;
let ada: Person;
let ben: Person;
let cy: Person;
let chat: Channel;

beforeAll(async () => {
  server = await Server.start();
  ada = await setUp(server);
  ben = await invited(ada, "Ben");
  cy = await invited(ada, "Cy");
  chat = await ada.direct(ben);
});
afterAll(() => server.stop());

const messages = () => `/channels/${chat.id}/messages`;
const good = () => ({ client_id: uuid(), body: "hello" });

/** What is sent, and how it is answered: status, code, field. */
type Case = [what: string, body: unknown, status: number, code: string, field?: string];

describe("a body that is not as the contract says", () => {
  const cases: Case[] = [
    ["malformed JSON", '{"client_id":', 400, "malformed"],
    ["no object", "[]", 400, "malformed"],
    ["a duplicate key", '{"body":"a","body":"b"}', 400, "malformed"],
    ["nesting without end", `{"body":${"[".repeat(100)}${"]".repeat(100)}}`, 400, "malformed"],
    ["an unknown field", { ...good(), colour: "red" }, 400, "unknown_field", "colour"],
    ["a field too few", { body: "x" }, 400, "missing_field", "client_id"],
    ["a wrong type", { ...good(), body: 7 }, 400, "wrong_type", "body"],
    ["an object for text", { ...good(), body: { $gt: "" } }, 400, "wrong_type", "body"],
    ["text too long", { ...good(), body: "x".repeat(10_001) }, 400, "too_long", "body"],
    ["text too short", { ...good(), body: "" }, 400, "too_short", "body"],
    ["an id that is none", { ...good(), client_id: "7" }, 400, "bad_value", "client_id"],
  ];
  it.each(cases)("%s", async (_, body, status, code, field) => {
    const answer = await ada.post(messages(), body);
    expect(answer.status).toBe(status);
    expect(answer.body.error.code).toBe(code);
    expect(answer.body.error.message.length).toBeGreaterThan(10);
    if (field !== undefined) expect(answer.body.error.field).toBe(field);
  });

  it("bytes that are no UTF-8", async () => {
    const body = Buffer.concat([
      Buffer.from(`{"client_id":"${uuid()}","body":"`),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    const head = `POST /api/v1${messages()} HTTP/1.1\r\nHost: localhost\r\nCookie: ${ada.cookie}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    const answer = await raw(server, Buffer.concat([Buffer.from(head), body]));
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"bad_utf8"');
  });

  it("U+0000, which not every database can hold", async () => {
    const answer = await ada.post(messages(), { ...good(), body: "a\u0000b" });
    expect(answer.status).toBe(400);
  });

  it("the longest text that is allowed, in four-byte characters", async () => {
    const answer = await ada.post(messages(), { ...good(), body: "😀".repeat(10_000) });
    expect(answer.status).toBe(201);
  });

  it("a body above every limit", async () => {
    const answer = await ada.post(messages(), { ...good(), body: "x".repeat(2_000_000) });
    expect(answer.status).toBe(413);
    expect(answer.body.error.code).toBe("too_large");
  });

  it("a form of another site", async () => {
    const text = await ada.call("POST", `/api/v1${messages()}`, JSON.stringify(good()), {
      "content-type": "text/plain",
    });
    expect(text.status).toBe(415);
  });
});

describe("an object that is not there, or not for everybody", () => {
  it("is unknown when it does not exist", async () => {
    const answer = await ada.post(`/channels/${uuid()}/messages`, good());
    expect(answer.status).toBe(404);
    expect(answer.body.error.code).toBe("not_found");
  });

  it("is just as unknown to who is no member", async () => {
    const stranger = await cy.post(messages(), good());
    const nothing = await cy.post(`/channels/${uuid()}/messages`, good());
    expect(stranger.status).toBe(404);
    expect(stranger.body).toEqual(nothing.body);
    expect((await cy.get(messages())).status).toBe(404);
    expect((await cy.get(`/channels/${chat.id}`)).status).toBe(404);
    expect((await cy.get(`/channels/${chat.id}/members`)).status).toBe(404);
    expect((await cy.get(`/channels/${chat.id}/changes?after=0`)).status).toBe(404);
    expect((await cy.put(`/channels/${chat.id}/read`, { seq: 1 })).status).toBe(404);
  });

  it("is refused without a session, or with one that is none", async () => {
    const cookie = ada.cookie;
    for (const bad of ["", "convene=nonsense", `convene=${"A".repeat(43)}`]) {
      ada.cookie = bad;
      const answer = await ada.post(messages(), good());
      expect(answer.status).toBe(401);
      expect(answer.body.error.code).toBe("signed_out");
    }
    ada.cookie = cookie;
  });

  it("a path, a method and a parameter that are none", async () => {
    expect((await ada.get("/nothing")).status).toBe(404);
    const put = await ada.put("/me", {});
    expect(put.status).toBe(405);
    expect(put.headers.get("allow")).toContain("GET");
    const limit = await ada.get(`${messages()}?limit=1000`);
    expect(limit.status).toBe(400);
    expect(limit.body.error.code).toBe("bad_parameter");
    expect((await ada.get(`${messages()}?colour=red`)).status).toBe(400);
    expect((await ada.get("/channels/not-an-id")).status).toBe(404);
  });
});

describe("another site", () => {
  const foreign = [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://evil-localhost",
    "https://localhost",
  ];

  it.each(foreign)("%s may not make a browser act", async (origin) => {
    const answer = await ada.call("POST", `/api/v1${messages()}`, good(), { origin });
    expect(answer.status).toBe(403);
    expect(answer.body.error.code).toBe("bad_origin");
  });

  it("nor by Sec-Fetch-Site", async () => {
    const answer = await ada.call("POST", `/api/v1${messages()}`, good(), {
      "sec-fetch-site": "cross-site",
    });
    expect(answer.status).toBe(403);
  });

  it.each([...foreign, undefined])("%s opens no socket", async (origin) => {
    const head = `GET /api/v1/socket HTTP/1.1\r\nHost: localhost:${server.port}\r\nCookie: ${ada.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${origin === undefined ? "" : `Origin: ${origin}\r\n`}\r\n`;
    const answer = await raw(server, head, /\r\n\r\n.*\}/s);
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
  });

  it("may not rebind a name of its own to us", async () => {
    const answer = await raw(
      server,
      "GET /api/v1/site HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1.1 421 /);
    expect(answer).toContain("PUBLIC_URL");
  });
});

describe("the line itself", () => {
  it("ends for who sends too slowly, with a word about it", { timeout: 30_000 }, async () => {
    const answer = await raw(server, "GET /api/v1/site HTTP/1.1\r\nHost: loc");
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it.each([
    ["two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n"],
    ["a length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"],
    ["a folded header", "A: b\r\n c\r\n"],
    ["a blank before the colon", "Host : x\r\n"],
    ["a sign in the length", "Content-Length: +2\r\n"],
    ["an unknown coding", "Transfer-Encoding: gzip, chunked\r\n"],
  ])("is closed after %s", async (_, header) => {
    const answer = await raw(
      server,
      `POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\n${header}\r\n{}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 (400|501) /);
    expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
  });

  it("answers pipelined requests in their order", async () => {
    const one = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const last = "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    const answer = await raw(server, one + one + last);
    expect(answer.match(/HTTP\/1\.1 (\d+)/g)).toEqual([
      "HTTP/1.1 200",
      "HTTP/1.1 200",
      "HTTP/1.1 404",
    ]);
  });

  it("keeps secrets out of the log", () => {
    expect(server.output).not.toContain(PASSWORD);
    expect(server.output).not.toContain(ada.cookie.split("=")[1]);
    expect(server.output).not.toContain("hello");
  });
});
