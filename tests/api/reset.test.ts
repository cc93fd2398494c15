import { createServer, type Server as Listener, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditEntry, Me, Security } from "../../web/src/api/gen";
import { invited, PASSWORD, Person, type Refusal, setUp } from "./support/person";
import { Server } from "./support/server";

/* A new password: by the old one, by an administrator's link, by mail. */

const NEW = "another horse battery";

let server: Server;
let ada: Person;
let mails: Mails;
let count = 0;

/** A mail server that keeps what it is given (RFC 5321, as much as a client of ours says). */
class Mails {
  readonly received: string[] = [];
  #listener: Listener | undefined;

  async start(): Promise<number> {
    const listener = createServer((socket) => this.#serve(socket));
    this.#listener = listener;
    await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
    const at = listener.address();
    return at !== null && typeof at === "object" ? at.port : 0;
  }

  stop(): void {
    this.#listener?.close();
  }

  /** The text of the next mail to an address, as it was written. */
  async to(address: string): Promise<string> {
    const end = Date.now() + 10_000;
    while (Date.now() < end) {
      const found = this.received.findIndex((m) => m.includes(`To: ${address}`) || m.includes(`<${address}>`));
      if (found >= 0) {
        const mail = this.received.splice(found, 1)[0] ?? "";
        return mail
          .replaceAll("=\r\n", "")
          .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      }
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`no mail to ${address}`);
  }

  #serve(socket: Socket): void {
    let text = "";
    let mail: string | undefined;
    socket.on("error", () => undefined);
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
      for (let at = text.indexOf("\r\n"); at >= 0; at = text.indexOf("\r\n")) {
        const line = text.slice(0, at);
        text = text.slice(at + 2);
        if (mail !== undefined && line !== ".") {
          mail += `${line}\r\n`;
          continue;
        }
        if (mail !== undefined) {
          this.received.push(mail);
          mail = undefined;
          socket.write("250 taken\r\n");
        } else if (line === "DATA") {
          mail = "";
          socket.write("354 go on\r\n");
        } else if (line === "QUIT") {
          socket.end("221 bye\r\n");
        } else {
          socket.write("250 ok\r\n");
        }
      }
    });
  }
}

beforeAll(async () => {
  mails = new Mails();
  const port = await mails.start();
  server = await Server.start({
    env: {
      RATE_LIMITS: "off",
      PUBLIC_URL: "https://chat.example.org",
      SMTP_URL: `smtp://127.0.0.1:${port}?tls=off`,
      MAIL_FROM: "Convene <convene@example.org>",
    },
  });
  ada = await setUp(server);
});
afterAll(async () => {
  await server.stop();
  mails.stop();
});

const newcomer = () => {
  count += 1;
  return invited(ada, `Ben ${count}`);
};
const signIn = (who: Person, password = PASSWORD) =>
  new Person(server).post<Me & Refusal>("/session", { email: who.me.email, password });
const accept = (token: string, password = NEW) =>
  new Person(server).post<Refusal>("/resets/accept", { token, password });
const lookup = (token: string) =>
  new Person(server).post<{ name: string; email: string } & Refusal>("/resets/lookup", { token });
const link = async (by: Person, of: Person) => {
  const made = await by.post<{ url: string; expires_at: number } & Refusal>(
    `/admin/people/${of.me.id}/reset`,
    undefined,
  );
  return { ...made, token: made.body.url?.split("#")[1] ?? "" };
};

describe("changing the password", () => {
  const change = (who: Person, body: object) => who.put<Me & Refusal>("/me/password", body);

  it("takes the present one, ends all other sessions, and gives this one a new token", async () => {
    const who = await newcomer();
    const phone = await new Person(server).enter("/session", { email: who.me.email, password: PASSWORD });
    const line = await phone.socket("", { origin: "https://chat.example.org" });
    await line.next("gap");
    const old = new Person(server);
    old.cookie = who.cookie;

    const done = await change(who, { current: PASSWORD, password: NEW });
    expect(done.status).toBe(200);
    expect(done.body.id).toBe(who.me.id);
    expect(done.headers.getSetCookie()[0]).toMatch(
      /^__Host-convene=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
    );
    expect(who.cookie).not.toBe(old.cookie);
    expect((await old.get("/me")).status).toBe(401);
    expect((await who.get("/me")).status).toBe(200);
    expect((await line.closed).code).toBe(4401);
    expect((await phone.get("/me")).status).toBe(401);
    expect((await signIn(who)).body.error.code).toBe("wrong_password");
    expect((await signIn(who, NEW)).status).toBe(201);
    const log = await ada.get<{ entries: AuditEntry[] }>("/admin/audit?action=password.set");
    expect(log.body.entries[0]).toMatchObject({ target: who.me.id, ip: "127.0.0.1" });
  });

  it("is refused with what is wrong, and changes nothing", async () => {
    const who = await newcomer();
    const cases: [object, number, string, string | undefined][] = [
      [{ password: NEW }, 400, "bad_value", "current"],
      [{ current: "wrong horse battery", password: NEW }, 401, "wrong_password", "current"],
      [{ current: PASSWORD, password: "short" }, 400, "bad_value", "password"],
      [{ current: PASSWORD, password: "x".repeat(201) }, 400, "too_long", "password"],
      [{ current: PASSWORD }, 400, "missing_field", "password"],
    ];
    for (const [body, status, code, field] of cases) {
      const answer = await change(who, body);
      expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await signIn(who)).status).toBe(201);
    expect((await new Person(server).put("/me/password", { password: NEW })).status).toBe(401);
  });
});

describe("an administrator's link", () => {
  it("sets a password once, and ends all sessions", async () => {
    const who = await newcomer();
    const line = await who.socket("", { origin: "https://chat.example.org" });
    await line.next("gap");
    const first = await link(ada, who);
    expect(first.status).toBe(201);
    expect(first.body.url).toMatch(/^https:\/\/chat\.example\.org\/reset#[\w-]{43}$/);
    expect(first.body.expires_at).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    expect((await lookup(first.token)).body).toEqual({ name: who.me.name, email: who.me.email });
    const { token } = await link(ada, who);
    expect((await lookup(first.token)).status).toBe(404);
    expect((await accept(first.token)).status).toBe(404);
    expect((await accept(token, "short")).body.error).toMatchObject({ code: "bad_value", field: "password" });

    const begun = performance.now();
    const done = await accept(token);
    expect(done.status).toBe(204);
    expect(done.headers.getSetCookie()).toEqual([]);
    expect((await line.closed).code).toBe(4401);
    console.log(`# a reset ended the socket after ${(performance.now() - begun).toFixed(1)} ms`);
    expect((await who.get("/me")).status).toBe(401);
    expect((await accept(token)).status).toBe(404);
    expect((await lookup(token)).status).toBe(404);
    expect((await signIn(who)).status).toBe(401);
    expect((await signIn(who, NEW)).status).toBe(201);
  });

  it("is in the audit log as what it is: made, then used", async () => {
    const who = await newcomer();
    const { token } = await link(ada, who);
    expect((await accept(token)).status).toBe(204);
    const log = await ada.get<{ entries: AuditEntry[] }>(`/admin/audit?person=${who.me.id}`);
    const acts = log.body.entries.filter((e) => e.action.startsWith("password."));
    expect(acts.map((e) => [e.action, e.actor?.id])).toEqual([
      ["password.reset", who.me.id],
      ["password.link", ada.me.id],
    ]);
  });

  it("ends API tokens, and every other link of the account", async () => {
    const who = await newcomer();
    const made = await who.post<{ secret: string }>("/tokens", { name: "t", scopes: ["read"] });
    const program = new Person(server, { authorization: `Bearer ${made.body.secret}` });
    expect((await program.get("/me")).status).toBe(200);
    const { token } = await link(ada, who);
    expect((await new Person(server).post("/resets/mail", { email: who.me.email })).status).toBe(204);
    const other = /reset#([\w-]{43})/.exec(await mails.to(who.me.email))?.[1] ?? "";
    expect((await lookup(other)).status).toBe(200);
    expect((await accept(token)).status).toBe(204);
    expect((await program.get("/me")).status).toBe(401);
    expect((await accept(other)).status).toBe(404);
  });

  it("is used by one of many who come at once", async () => {
    const { token } = await link(ada, await newcomer());
    const all = await Promise.all(Array.from({ length: 4 }, () => accept(token)));
    expect(all.map((a) => a.status).sort()).toEqual([204, 404, 404, 404]);
  });

  it("is not made by members, nor for nobody, nor ends with a made-up secret", async () => {
    const who = await newcomer();
    expect((await link(who, ada)).status).toBe(403);
    expect((await link(who, who)).status).toBe(403);
    const nobody = await ada.post(`/admin/people/${"0".repeat(8)}-0000-7000-8000-${"0".repeat(12)}/reset`, undefined);
    expect(nobody.status).toBe(404);
    for (const token of ["A".repeat(43), "_".repeat(43)]) {
      expect((await lookup(token)).status).toBe(404);
      expect((await accept(token)).status).toBe(404);
    }
  });

  it("ends with the account, and with a change of the password", async () => {
    const gone = await newcomer();
    const changed = await newcomer();
    const one = await link(ada, gone);
    const two = await link(ada, changed);
    await ada.call("PATCH", `/api/v1/admin/people/${gone.me.id}`, { active: false });
    expect((await accept(one.token)).status).toBe(404);
    expect((await changed.put("/me/password", { current: PASSWORD, password: NEW })).status).toBe(200);
    expect((await accept(two.token)).status).toBe(404);
  });
});

describe("a link by mail", () => {
  const ask = (email: string) => new Person(server).post<Refusal>("/resets/mail", { email });

  it("goes to the account's address, with PUBLIC_URL, and works", async () => {
    const who = await newcomer();
    const answer = await new Person(server).call(
      "POST",
      "/api/v1/resets/mail",
      { email: ` ${who.me.email.toUpperCase()}` },
      { "x-forwarded-host": "evil.example.com" },
    );
    expect(answer.status).toBe(204);
    const mail = await mails.to(who.me.email);
    expect(mail).toContain("Contoso");
    const token = /https:\/\/chat\.example\.org\/reset#([\w-]{43})/.exec(mail)?.[1] ?? "";
    expect((await lookup(token)).status).toBe(200);
    expect((await accept(token)).status).toBe(204);
    expect((await signIn(who, NEW)).status).toBe(201);
    expect(server.output).not.toContain(token);
  });

  it("does not say whether there is such an account", async () => {
    const who = await newcomer();
    const gone = await newcomer();
    await ada.call("PATCH", `/api/v1/admin/people/${gone.me.id}`, { active: false });
    for (const email of ["nobody@example.org", "no address", gone.me.email]) {
      const answer = await ask(email);
      expect([answer.status, answer.body]).toEqual([204, ""]);
    }
    expect((await ask(who.me.email)).status).toBe(204);
    await mails.to(who.me.email);
    expect(mails.received).toEqual([]);
  });
});

describe("an invitation by mail", () => {
  it("comes with a link for one person", async () => {
    const made = await ada.post<{ url: string; invite: { max_uses: number } } & Refusal>("/invites", {
      email: "zoe@example.org",
      max_uses: 5,
    });
    expect(made.status).toBe(201);
    expect(made.body.invite.max_uses).toBe(1);
    const mail = await mails.to("zoe@example.org");
    expect(mail).toContain("you are invited to Contoso");
    const token = /https:\/\/chat\.example\.org\/invite#([A-Za-z0-9_-]{43})/.exec(mail)?.[1];
    expect(made.body.url).toContain(token);
    await new Person(server).enter("/invites/accept", {
      token,
      email: "zoe@example.org",
      name: "Zoe",
      password: PASSWORD,
    });
  });

  it("goes to an address, and only an administrator's word sends it", async () => {
    for (const email of ["nobody", "a@b.example\r\nBcc: c@d.example"]) {
      const answer = await ada.post<Refusal>("/invites", { email });
      expect([answer.status, answer.body.error.field]).toEqual([400, "email"]);
    }
    const ben = await newcomer();
    expect((await ben.post("/invites", { email: "yan@example.org" })).status).toBe(403);
    expect(mails.received).toEqual([]);
  });
});

describe("where no mail is sent", () => {
  it("says so", async () => {
    const other = await Server.start();
    try {
      const answer = await new Person(other).post<Refusal>("/resets/mail", { email: "a@example.org" });
      expect([answer.status, answer.body.error.code]).toEqual([404, "not_found"]);
      const invite = await (await setUp(other)).post<Refusal>("/invites", { email: "a@example.org" });
      expect([invite.status, invite.body.error.field]).toEqual([400, "email"]);
    } finally {
      await other.stop();
    }
  });
});

describe("LOCAL_ACCOUNTS=off", () => {
  it("refuses passwords wherever they would be a way in", async () => {
    const on = await Server.start();
    const owner = await setUp(on);
    const invite = (await owner.post<{ url: string }>("/invites", {})).body.url.split("#")[1];
    const fay = await invited(owner, "Fay");
    const reset = (await owner.post<{ url: string }>(`/admin/people/${fay.me.id}/reset`, undefined)).body.url;
    expect((await owner.get<Security>("/me/security")).body).toEqual({
      password: true,
      second_factor: false,
      recovery_codes: 0,
      identities: [],
    });
    on.setEnv({
      LOCAL_ACCOUNTS: "off",
      OIDC_ISSUER: "https://id.example.org",
      OIDC_CLIENT_ID: "convene",
      OIDC_CLIENT_SECRET: "nobody asks",
      OIDC_NAME: "Example",
    });
    await on.end();
    await on.again();
    try {
      const nobody = new Person(on);
      const newcomerOf = { token: invite, email: "eve@example.org", name: "Eve", password: PASSWORD };
      const cases: [Person, string, string, object | undefined][] = [
        [nobody, "POST", "/session", { email: owner.me.email, password: PASSWORD }],
        [nobody, "POST", "/invites/accept", newcomerOf],
        [nobody, "POST", "/resets/lookup", { token: reset.split("#")[1] }],
        [nobody, "POST", "/resets/accept", { token: reset.split("#")[1], password: NEW }],
        [owner, "PUT", "/me/password", { current: PASSWORD, password: NEW }],
        [owner, "POST", "/me/totp", { password: PASSWORD }],
        [owner, "POST", `/admin/people/${fay.me.id}/reset`, undefined],
      ];
      for (const [who, method, path, body] of cases) {
        const answer = await who.call(method, `/api/v1${path}`, body);
        expect([path, answer.status, answer.body.error.code]).toEqual([path, 403, "local_accounts_off"]);
      }
      expect((await owner.get("/me")).status).toBe(200);
    } finally {
      await on.stop();
    }
  });
});
