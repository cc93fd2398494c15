import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Me, Site } from "../../web/src/api/gen";
import { invited, PASSWORD, Person, setUp } from "./support/person";
import { Server } from "./support/server";

let server: Server;
let ada: Person;
let token: string;

beforeAll(async () => {
  server = await Server.start();
  token = server.setupToken;
});
afterAll(() => server.stop());

describe("coming in", () => {
  it("asks for the set-up until it is done", async () => {
    const stranger = new Person(server);
    expect((await stranger.get<Site>("/site")).body.setup_needed).toBe(true);
  });

  it("refuses a set-up that cannot be, and keeps the link good", async () => {
    const stranger = new Person(server);
    const body = { token, email: "ada@example.org", name: "Ada", password: PASSWORD, team: "Contoso" };

    const short = await stranger.post("/setup", { ...body, password: "short" });
    expect(short.status).toBe(400);
    expect(short.body.error.field).toBe("password");
    const address = await stranger.post("/setup", { ...body, email: "nonsense" });
    expect(address.status).toBe(400);
    expect(address.body.error.field).toBe("email");
    const link = await stranger.post("/setup", { ...body, token: "A".repeat(43) });
    expect(link.status).toBe(403);
    expect(link.body.error.code).toBe("link_spent");
  });

  it("makes the owner, once", async () => {
    ada = await setUp(server);
    expect(ada.me.role).toBe("owner");
    expect((await ada.get<Site>("/site")).body).toMatchObject({ name: "Contoso", setup_needed: false });
    expect((await ada.general()).name).toBe("General");

    const again = await new Person(server).post("/setup", {
      token,
      email: "eve@example.org",
      name: "Eve",
      password: PASSWORD,
      team: "Evil",
    });
    expect(again.status).toBe(409);
  });

  it("gives a cookie that no script can read", async () => {
    const answer = await fetch(`${server.url}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "ada@example.org", password: PASSWORD }),
    });
    expect(answer.status).toBe(201);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^convene=[A-Za-z0-9_-]{43};/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).toMatch(/Path=\//);
  });

  it("invites by a link that works as often as it says", async () => {
    const made = await ada.post<{ url: string }>("/invites", { max_uses: 1 });
    expect(made.status).toBe(201);
    const secret = made.body.url.split("#")[1];
    const seen = await new Person(server).post<{ inviter: string; team: string }>("/invites/lookup", {
      token: secret,
    });
    expect(seen.body).toMatchObject({ inviter: "Ada Lovelace", team: "Contoso" });

    const body = { token: secret, email: "ben@example.org", name: "Ben", password: PASSWORD };
    const ben = await new Person(server).enter("/invites/accept", body);
    expect(ben.me.role).toBe("member");
    const second = await new Person(server).post("/invites/accept", { ...body, email: "c@example.org" });
    expect(second.status).toBe(404);
    expect((await ben.post("/invites", {})).status).toBe(403);
  });

  it("ends an invitation", async () => {
    const made = await ada.post<{ url: string; invite: { id: string } }>("/invites", {});
    const gone = await ada.call("DELETE", `/api/v1/invites/${made.body.invite.id}`);
    expect(gone.status).toBe(204);
    const late = await new Person(server).post("/invites/lookup", { token: made.body.url.split("#")[1] });
    expect(late.status).toBe(404);
  });
});

describe("a session", () => {
  it("is over at once when it is signed out, with its sockets", async () => {
    const cy = await invited(ada, "Cy");
    const line = await cy.socket();
    await line.next("gap");
    const cookie = cy.cookie;

    expect((await cy.call("DELETE", "/api/v1/session")).status).toBe(204);
    expect((await line.next("bye")).reason).toBe("signed_out");
    expect((await line.closed).code).toBe(4401);
    cy.cookie = cookie;
    const after = await cy.get("/me");
    expect(after.status).toBe(401);
    expect(after.body.error.code).toBe("signed_out");
  });

  it("is over when its browser signs in anew", async () => {
    const fay = await invited(ada, "Fay");
    const before = fay.cookie;
    await fay.enter("/session", { email: "fay@example.org", password: PASSWORD });
    expect(fay.cookie).not.toBe(before);
    fay.cookie = before;
    expect((await fay.get("/me")).status).toBe(401);
  });

  it("survives a restart of the server", async () => {
    const dee = await invited(ada, "Dee");
    await server.end();
    await server.again();
    expect((await dee.get<Me>("/me")).body.name).toBe("Dee");
  });

  it("tells a wrong password and an unknown account alike", async () => {
    const stranger = new Person(server);
    const wrong = await stranger.post("/session", { email: "ben@example.org", password: "wrong" });
    const nobody = await stranger.post("/session", { email: "nobody@example.org", password: "wrong" });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toEqual(nobody.body);
    expect(wrong.body.error.code).toBe("wrong_password");
  });

  it("slows down who guesses, and says for how long", async () => {
    const stranger = new Person(server);
    const tries = [];
    for (let i = 0; i < 7; i++)
      tries.push(await stranger.post("/session", { email: "dee@example.org", password: "wrong" }));
    const last = tries.at(-1);
    expect(last?.status).toBe(429);
    expect(last?.body.error.code).toBe("rate_limited");
    expect(Number(last?.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("oneself", () => {
  it("changes the name, and tells all pages", async () => {
    const line = await ada.socket();
    await line.next("gap");
    const answer = await ada.call<Me>("PATCH", "/api/v1/me", { name: "Ada King" });
    expect(answer.body.name).toBe("Ada King");
    expect((await line.next("me")).me.name).toBe("Ada King");
    expect((await line.next("person")).person.name).toBe("Ada King");
    line.close();
  });

  it("refuses a name that looks like another", async () => {
    const answer = await ada.call("PATCH", "/api/v1/me", { name: "Ad\u202Ea" });
    expect(answer.status).toBe(400);
    expect(answer.body.error.field).toBe("name");
  });
});
