import { afterEach, describe, expect, it } from "vitest";
import { PASSWORD, Person } from "./support/person";
import { Server } from "./support/server";

let server: Server | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe("a server whose PUBLIC_URL is https", () => {
  const ada = { email: "ada@example.org", name: "Ada", password: PASSWORD, team: "Contoso" };

  it("keeps its cookie to https, also where the proxy is not known, and says so", async () => {
    server = await Server.start({ env: { PUBLIC_URL: "https://chat.example.org" } });
    expect(server.output).toMatch(/warn server\.proxy .*TRUSTED_PROXIES/);

    const person = new Person(server);
    const answer = await person.post("/setup", { ...ada, token: server.setupToken });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-convene=[^;]+;.*; Secure$/);
    expect((await person.get("/me")).status).toBe(200);
    const out = await person.call("DELETE", "/api/v1/session");
    expect(out.headers.get("set-cookie")).toMatch(/^__Host-convene=;.*Max-Age=0; Secure$/);
  });
});

describe("a server without PUBLIC_URL", () => {
  it("has nothing to warn of", async () => {
    server = await Server.start();
    expect(server.output).not.toContain(" warn ");
  });
});
