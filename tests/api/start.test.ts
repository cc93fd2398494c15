import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

describe("files of TLS that cannot be used", () => {
  const program = process.env["CONVENE_BIN"] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "convene-tls-"));
  const data = join(folder, "data");

  function start(cert: string, key: string): string {
    const env = { PORT: "0", DATA_DIR: data, TLS_CERT: cert, TLS_KEY: key };
    const ended = spawnSync(program, [], { env, timeout: 10_000, encoding: "utf8" });
    expect(ended.status).toBe(1);
    return ended.stderr;
  }

  it("are told of in words, before anything is made", () => {
    const noise = join(folder, "noise");
    writeFileSync(noise, "not PEM");
    for (const name of ["one", "two"])
      execFileSync(program, ["dev-cert", join(folder, name)], { stdio: "pipe" });
    const cert = join(folder, "one", "server.crt");

    expect(start(noise, noise)).toContain("not in PEM");
    expect(start(cert, noise)).toContain("not in PEM");
    expect(start(cert, join(folder, "two", "server.key"))).toContain("does not belong");
    expect(start(cert, join(folder, "none"))).toContain("No such file");
    expect(existsSync(data)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
