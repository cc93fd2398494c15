import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Certificate, makeCertificate } from "./support/certificate";
import { Coturn, hasCoturn } from "./support/coturn";
import { json, Metered } from "./support/metered";
import { freePort, freeUdpPort } from "./support/ports";
import { Server } from "./support/server";

/* What `convene doctor` says of calls: of our own server, of others', and from elsewhere. */

let folder: string;
let tls: Certificate;
let server: Server | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-doctor-calls-"));
  tls = makeCertificate(folder, "one");
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

interface Said {
  readonly code: number;
  readonly text: string;
}

function doctor(env: Record<string, string>, ...args: readonly string[]): Promise<Said> {
  const all = {
    PATH: process.env["PATH"],
    ASAN_OPTIONS: process.env["ASAN_OPTIONS"],
    DATA_DIR: folder,
    PORT: "9",
    MEDIA_PORT: "off",
    PUBLIC_URL: "http://localhost",
    ...env,
  };
  return new Promise((done) => {
    execFile(process.env["CONVENE_BIN"] ?? "", ["doctor", ...args], { env: all }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), text: out + err }),
    );
  });
}

/** A UDP port that something has. */
async function bound(): Promise<Socket> {
  const socket = createSocket("udp6");
  await new Promise<void>((done) => socket.bind(0, done));
  return socket;
}

/** A server that speaks TLS, and the settings that the doctor is to be given beside it. */
async function serve(): Promise<Record<string, string>> {
  const port = await freePort();
  const env = {
    PORT: String(port),
    MEDIA_PORT: String(await freeUdpPort()),
    PUBLIC_URL: `https://localhost:${port}`,
    TLS_CERT: tls.cert,
    TLS_KEY: tls.key,
    CA_FILE: tls.ca,
  };
  server = await Server.start({ port, env });
  return env;
}

describe("the start", () => {
  it("says which servers browsers are offered", async () => {
    const env = await serve();
    expect(server?.output).toMatch(
      new RegExp(
        `info ice\\.offered urls="stun:localhost:${env["MEDIA_PORT"]}, ` +
          `turn:localhost:${env["MEDIA_PORT"]}\\?transport=udp, turn:localhost:\\d+\\?transport=tcp, ` +
          'turns:localhost:\\d+\\?transport=tcp"',
      ),
    );
  });

  it("warns of an advertised address that is inside a network", async () => {
    server = await Server.start({ env: { PUBLIC_IP: "10.1.2.3" } });
    expect(server.output).toMatch(/warn media\.address .*PUBLIC_IP is an address inside a network/);
    await server.stop();
    server = await Server.start({ env: { PUBLIC_IP: "10.1.2.3", ALLOWED_PEERS: "10.0.0.0/8" } });
    expect(server.output).not.toContain("media.address");
  });

  it("warns of a clock that is not that of the API", async () => {
    const metered = await Metered.start();
    metered.say = (_q, r) => {
      r.setHeader("date", new Date(Date.now() - 7_200_000).toUTCString());
      r.end('[{"urls":"stun:stun.example"}]');
    };
    server = await Server.start({ env: metered.env });
    await expect.poll(() => server?.output).toMatch(/warn ice\.clock .*\d+ seconds ahead of/);
    await metered.stop();
  });
});

describe("the doctor on our own server", () => {
  it("finds that it answers in every way that is offered", async () => {
    const said = await doctor(await serve());
    expect(said.text).toMatch(/ok +offered .*stun:localhost:\d+, turn:localhost/);
    expect(said.text).toMatch(/ok +media .*answers on this machine/);
    expect(said.text.match(/ok +reach/g)).toHaveLength(4);
    expect(said.text).toMatch(/turns:localhost:\d+\?transport=tcp answers by TLS over TCP/);
    expect(said.text).toContain("All is well.");
    expect(said.code).toBe(0);
  });

  it("tells of a port that does not answer, and how to ask from elsewhere", async () => {
    const env = { ...(await serve()), MEDIA_PORT: String(await freeUdpPort()) };
    const said = await doctor(env);
    expect(said.text).toMatch(/FAILED +media .*MEDIA_PORT \d+ \(UDP\) of this machine cannot be reached/);
    expect(said.text).toMatch(/warning +reach .*--from-outside https:\/\/localhost/);
    expect(said.code).toBe(1);
  });

  it("asks nothing where none runs, and says so", async () => {
    const said = await doctor({ MEDIA_PORT: "3478" });
    expect(said.text).toMatch(/- +media .*No server runs here/);
    expect(said.text).toContain("see above what was not asked");
    expect(said.code).toBe(0);
  });

  it("tells what would keep it from starting", async () => {
    const taken = await bound();
    const { port } = taken.address();
    const web = createHttp((_, answer) => answer.writeHead(404).end()).listen(0);
    const env = { PORT: String((web.address() as AddressInfo).port), MEDIA_PORT: String(port) };
    const said = await doctor({ ...env, TLS_CERT: "/nonexist", TLS_KEY: tls.key });
    expect(said.text).toMatch(/FAILED +tls .*TLS_CERT and TLS_KEY \(\/nonexist.* cannot be used: No such file/);
    expect(said.text).toMatch(/FAILED +port .*PORT \d+ cannot be opened.*Address already in use/);
    expect(said.text).toMatch(/FAILED +media .*MEDIA_PORT \d+ \(UDP\) cannot be opened: Address already in use/);
    expect(said.code).toBe(1);
    taken.close();
    web.close();
  });

  it("tells of a certificate that is not for the name that people use", async () => {
    const env = { MEDIA_PORT: "0", TLS_CERT: tls.cert, TLS_KEY: tls.key, PUBLIC_URL: "https://chat.example.org" };
    const said = await doctor(env);
    expect(said.text).toMatch(/ok +tls .*belong together/);
    expect(said.text).toMatch(/FAILED +tls .*not for chat\.example\.org/);
    expect(said.text).toMatch(/- +media +MEDIA_PORT is 0/);
  });

  it.runIf(hasCoturn)("knows that another program answers in its place", async () => {
    const coturn = await Coturn.start(tls);
    try {
      const said = await doctor({ ...(await serve()), MEDIA_PORT: String(coturn.port) });
      expect(said.text).toMatch(/FAILED +media .*is answered by another program.*offered nothing of ours/);
      expect(said.code).toBe(1);
    } finally {
      await coturn.stop();
    }
  });

  it("warns of peers that open too much", async () => {
    const said = await doctor({ ALLOWED_PEERS: "0.0.0.0/0" });
    expect(said.text).toMatch(/warning +settings +ALLOWED_PEERS opens this machine itself/);
    const wrong = await doctor({ ALLOWED_PEERS: "10.0.0.5/8" });
    expect(wrong.text).toMatch(/FAILED +settings .*ALLOWED_PEERS has 10\.0\.0\.5\/8, .*leave \/8 out/);
  });

  it("warns where browsers get no server at all", async () => {
    expect((await doctor({})).text).toMatch(/warning +offered .*no STUN and TURN server/);
  });

  it("knows of platforms that let no UDP in", async () => {
    const said = await doctor({ MEDIA_PORT: "", RAILWAY_PUBLIC_DOMAIN: "chat.up.example.app" });
    expect(said.text).toMatch(/warning +settings +this platform lets no UDP in/);
    expect(said.text).toMatch(/warning +offered .*Set TURN_API_KEY/);
    expect(said.text).toMatch(/- +media +This platform lets no UDP in/);
  });
});

describe.skipIf(!hasCoturn)("the doctor on TURN servers of others", () => {
  let coturn: Coturn;

  beforeAll(async () => {
    coturn = await Coturn.start(tls);
  });
  afterAll(() => coturn.stop());

  const urls = () =>
    [
      `stun:127.0.0.1:${coturn.port}`,
      `turn:127.0.0.1:${coturn.port}`,
      `turn:localhost:${coturn.port}?transport=tcp`,
      `turns:localhost:${coturn.tlsPort}`,
    ].join();

  it("tries address, way and credential of each", async () => {
    const said = await doctor({ TURN_URLS: urls(), TURN_SECRET: coturn.secret, CA_FILE: tls.ca });
    expect(said.text).toMatch(/ok +server +stun:.* answers by UDP; it sees this machine as 127\.0\.0\.1/);
    expect(said.text.match(/takes our credential and relays at 127\.0\.0\.1/g)).toHaveLength(3);
    expect(said.text).not.toContain(coturn.secret);
    expect(said.code).toBe(0);
  });

  it("tells of a secret that is not theirs", async () => {
    const said = await doctor({ TURN_URLS: urls(), TURN_SECRET: "other", CA_FILE: tls.ca });
    expect(said.text.match(/FAILED +server .*refuses the credential: are TURN_SECRET/g)).toHaveLength(3);
    expect(said.code).toBe(1);
  });

  it("tells of a certificate that nobody vouches for, and of a port where nobody is", async () => {
    const said = await doctor({
      TURN_URLS: `turns:localhost:${coturn.tlsPort},turn:127.0.0.1:${await freeUdpPort()}`,
      TURN_SECRET: coturn.secret,
    });
    expect(said.text).toMatch(/FAILED +server +turns:.*certificate that is not accepted/);
    expect(said.text).toMatch(/FAILED +server +turn:127.*(refused|silent).*Does it run/);
  });

  it("asks where PUBLIC_IP is not how others see it", async () => {
    const said = await doctor({
      MEDIA_PORT: "3478",
      PUBLIC_IP: "203.0.113.7",
      TURN_URLS: `stun:127.0.0.1:${coturn.port}`,
    });
    expect(said.text).toMatch(/warning +address .*sees this machine as 127\.0\.0\.1, which is not in PUBLIC_IP/);
  });
});

describe("the doctor on the API of TURN_API_HOST", () => {
  let metered: Metered;

  beforeAll(async () => {
    metered = await Metered.start();
  });
  afterAll(() => metered.stop());

  it("tells of a key that is refused, and does not show it", async () => {
    metered.say = json({}, 401);
    const said = await doctor(metered.env);
    expect(said.text).toMatch(/FAILED +api .*refuses TURN_API_KEY/);
    expect(said.text).not.toContain(metered.key);
    expect(said.code).toBe(1);
  });

  it("asks the servers that it names, but none inside that ALLOWED_PEERS does not list", async () => {
    metered.say = json([{ urls: "stun:127.0.0.2:9" }]);
    const said = await doctor({ ...metered.env, ALLOWED_PEERS: "127.0.0.1" });
    expect(said.text).toMatch(/ok +api .*names 1 servers/);
    expect(said.text).toMatch(/ok +clock/);
    expect(said.text).toMatch(/FAILED +server .*127\.0\.0\.2.*only where ALLOWED_PEERS lists/);
  });

  it("tells of a clock that is off", async () => {
    metered.say = (_q, r) => {
      r.setHeader("date", new Date(Date.now() + 3_600_000).toUTCString());
      r.end('[{"urls":"stun:127.0.0.2:9"}]');
    };
    expect((await doctor(metered.env)).text).toMatch(/FAILED +clock .*seconds behind/);
  });
});

describe("the doctor from outside", () => {
  it("finds web, TURN over TLS and UDP of a server", async () => {
    const env = await serve();
    const said = await doctor(
      { CA_FILE: tls.ca },
      ...["--from-outside", env["PUBLIC_URL"] ?? "", "--media-port", env["MEDIA_PORT"] ?? ""],
    );
    expect(said.text).toMatch(/ok +web .*answers/);
    expect(said.text).toMatch(/ok +tcp .*takes TURN over TLS/);
    expect(said.text).toMatch(/ok +udp .*sees this machine as/);
    expect(said.code).toBe(0);
  });

  it("tells of a certificate that is not accepted, and of UDP that does not come through", async () => {
    const env = await serve();
    const said = await doctor(
      {},
      ...["--from-outside", env["PUBLIC_URL"] ?? "", "--media-port", String(await freeUdpPort())],
    );
    expect(said.text).toMatch(/FAILED +web .*certificate/);
    expect(said.text).toMatch(/FAILED +tcp .*certificate that is not accepted/);
    expect(said.text).toMatch(/FAILED +udp .*firewall/);
    expect(said.code).toBe(1);
  });

  it("knows a proxy that passes HTTP alone", async () => {
    const proxy = createHttp((_req, res) => res.end("ok"));
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    const address = proxy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const said = await doctor({}, "--from-outside", `http://127.0.0.1:${port}`, "--media-port", "9");
    expect(said.text).toMatch(/ok +web/);
    expect(said.text).toMatch(/warning +tcp .*a proxy that passes HTTP alone/);
    proxy.closeAllConnections();
    await new Promise((done) => proxy.close(done));
  });

  it("refuses what is no address, and says how it is called", async () => {
    expect((await doctor({}, "--from-outside", "chat example")).text).toMatch(/FAILED +name .*no address/);
    for (const args of [["--from-outside"], ["--media-port", "3478"], ["x", "y"], ["x"]])
      expect((await doctor({}, ...args)).code).toBe(2);
  });
});
