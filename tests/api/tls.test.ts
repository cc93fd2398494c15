import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Certificate, makeCertificate } from "./support/certificate";
import { Server } from "./support/server";

/* TLS of our own, as others see it. */

let folder: string;
let one: Certificate;
let two: Certificate;
let server: Server | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-tls-"));
  one = makeCertificate(folder, "one");
  two = makeCertificate(folder, "two");
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(env: Record<string, string> = {}): Promise<Server> {
  const used = { cert: join(folder, "used.pem"), key: join(folder, "used-key.pem") };
  copyFileSync(one.cert, used.cert);
  copyFileSync(one.key, used.key);
  server = await Server.start({ env: { TLS_CERT: used.cert, TLS_KEY: used.key, ...env } });
  return server;
}

/** A connection, or the reason why there is none. */
function dial(to: Server, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((done, fail) => {
    const socket = connect({
      host: "127.0.0.1",
      port: to.port,
      servername: "localhost",
      ca: [one.ca, two.ca].map((file) => readFileSync(file)),
      ...options,
    });
    socket.once("secureConnect", () => {
      socket.off("error", fail);
      done(socket);
    });
    socket.once("error", fail);
  });
}

/** One request on a connection that may go on; the head and body of its answer. */
function ask(socket: TLSSocket, path = "/healthz"): Promise<string> {
  return new Promise((done, fail) => {
    let text = "";
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head < 0 || text.length < head + 4 + length) return;
      socket.off("data", take);
      done(text);
    };
    socket.on("data", take);
    socket.once("error", fail);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  });
}

const serialOf = (file: string) =>
  execFileSync("openssl", ["x509", "-noout", "-serial", "-in", file], { encoding: "utf8" })
    .trim()
    .replace("serial=", "");

async function serial(to: Server): Promise<string> {
  const socket = await dial(to);
  const seen = socket.getPeerCertificate().serialNumber;
  socket.destroy();
  return seen;
}

describe("a server with a certificate", () => {
  it("speaks TLS 1.3 and 1.2 with AEAD suites, and nothing older or weaker", async () => {
    const to = await start();
    const old = "DEFAULT:@SECLEVEL=0";
    const good: [ConnectionOptions, string][] = [
      [{}, "TLSv1.3"],
      [{ maxVersion: "TLSv1.2" }, "TLSv1.2"],
      [{ maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305" }, "TLSv1.2"],
    ];
    for (const [options, version] of good) {
      const socket = await dial(to, options);
      expect(socket.authorized).toBe(true);
      expect(socket.getProtocol()).toBe(version);
      expect(socket.getCipher().name).toMatch(/GCM|POLY1305/);
      socket.destroy();
    }
    const bad: ConnectionOptions[] = [
      { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: old },
      { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: old },
      { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-SHA256" },
      { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES256-SHA384" },
      { maxVersion: "TLSv1.2", ciphers: `ECDHE-ECDSA-AES128-SHA:AES128-SHA:${old}` },
      { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES256-GCM-SHA384" },
      { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0" },
      { maxVersion: "TLSv1.2", ciphers: `AECDH-AES128-SHA:${old}` },
    ];
    for (const options of bad) await expect(dial(to, options), JSON.stringify(options)).rejects.toThrow();
  });

  it("does not let a connection be negotiated anew", async () => {
    const socket = await dial(await start(), { maxVersion: "TLSv1.2" });
    const refused = new Promise((done) => {
      socket.once("error", done);
      socket.once("close", () => done("closed"));
      socket.renegotiate({}, done);
    });
    expect(await refused).not.toBeNull();
  });

  it("sends plain HTTP of the same port to https, with path and query", async () => {
    const to = await start();
    const answer = await fetch(`${to.url}/team/x?a=b`, { redirect: "manual" });
    expect(answer.status).toBe(308);
    expect(answer.headers.get("location")).toBe(`https://localhost:${to.port}/team/x?a=b`);
    expect(answer.headers.get("strict-transport-security")).toBeNull();
  });

  it("sends plain HTTP to PUBLIC_URL where that is known", async () => {
    const to = await start({ PUBLIC_URL: "https://localhost" });
    const answer = await fetch(`${to.url}/x`, { redirect: "manual" });
    expect(answer.headers.get("location")).toBe("https://localhost/x");
  });
});

describe("strict transport security", () => {
  const hsts = async (env: Record<string, string>) => {
    const socket = await dial(await start(env), { rejectUnauthorized: false });
    const answer = await ask(socket);
    socket.destroy();
    return /^strict-transport-security: (.*)\r$/im.exec(answer)?.[1];
  };

  it("is asked for by a certificate of an authority at a PUBLIC_URL of https", async () => {
    expect(await hsts({ PUBLIC_URL: "https://localhost" })).toBe("max-age=31536000");
  });

  it("is not where no PUBLIC_URL says that https is to stay", async () => {
    expect(await hsts({})).toBeUndefined();
  });

  it("is not by a certificate that only its maker vouches for", async () => {
    const at = join(folder, "dev");
    execFileSync(process.env["CONVENE_BIN"] ?? "", ["dev-cert", at], { stdio: "pipe" });
    const env = {
      PUBLIC_URL: "https://localhost",
      TLS_CERT: join(at, "server.crt"),
      TLS_KEY: join(at, "server.key"),
    };
    expect(await hsts(env)).toBeUndefined();
  });
});

describe("SIGHUP", () => {
  const used = () => ({ cert: join(folder, "used.pem"), key: join(folder, "used-key.pem") });
  const told = (to: Server, words: RegExp) => expect.poll(() => to.output).toMatch(words);

  it("brings another certificate in, and whoever is connected stays", async () => {
    const to = await start();
    const before = await dial(to);
    expect(await ask(before)).toContain("200 OK");
    expect(await serial(to)).toBe(serialOf(one.cert));

    copyFileSync(two.cert, used().cert);
    copyFileSync(two.key, used().key);
    to.signal("SIGHUP");
    await told(to, /info server\.cert .*read anew/);
    expect(await serial(to)).toBe(serialOf(two.cert));
    expect(await ask(before)).toContain("200 OK");
    before.destroy();
  });

  it("changes nothing where the new files cannot be used, and says why", async () => {
    const to = await start();
    writeFileSync(used().cert, "-----BEGIN CERTIFICATE-----\nnonsense");
    to.signal("SIGHUP");
    await told(to, /warn server\.cert .*not in PEM.*certificate from before/);
    expect(await serial(to)).toBe(serialOf(one.cert));

    copyFileSync(two.cert, used().cert);
    to.signal("SIGHUP");
    await told(to, /key does not belong to the certificate/);
    rmSync(used().key);
    to.signal("SIGHUP");
    await told(to, /No such file/);
    execFileSync("mkfifo", [used().key]);
    to.signal("SIGHUP");
    await told(to, /not a regular file/);
    rmSync(used().key);
    expect(await serial(to)).toBe(serialOf(one.cert));

    copyFileSync(two.key, used().key);
    to.signal("SIGHUP");
    await told(to, /info server\.cert .*read anew/);
    expect(await serial(to)).toBe(serialOf(two.cert));
  });

  it("ends no server that has no certificate", async () => {
    server = await Server.start();
    server.signal("SIGHUP");
    await told(server, /info server\.hangup .*TLS_CERT is not set/);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

describe("certificates that nobody should trust", () => {
  const program = process.env["CONVENE_BIN"] ?? "";
  const make = (name: string, ...args: readonly string[]) => {
    const env = { TLS_CERT: join(folder, `${name}.pem`), TLS_KEY: join(folder, `${name}-key.pem`) };
    const common = ["req", "-x509", "-days", "30", "-subj", "/CN=localhost"];
    execFileSync("openssl", [...common, ...args, "-keyout", env.TLS_KEY, "-out", env.TLS_CERT], { stdio: "pipe" });
    return env;
  };
  const refusal = (env: Record<string, string>) => {
    try {
      execFileSync(program, [], { env: { DATA_DIR: join(folder, "none"), PORT: "0", ...env }, stdio: "pipe" });
    } catch (error) {
      return String((error as { stderr: Buffer }).stderr);
    }
    return "none";
  };

  it("end the start with a sentence", () => {
    expect(refusal(make("weak", "-nodes", "-newkey", "rsa:1024"))).toMatch(/less than 2048 bits/);
    const sealed = make("sealed", "-newkey", "rsa:2048", "-passout", "pass:secret");
    expect(refusal(sealed)).toMatch(/needs a passphrase/);
  });
});
