import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "./support/certificate";
import { invited, type Person, setUp } from "./support/person";
import { freeUdpPort } from "./support/ports";
import { Server } from "./support/server";
import { ALLOCATE, type Relay, relayOf, TurnClient } from "./support/turn";

/* The STUN and TURN server of the real program, by clients of others' making and by one of ours. */

const USER_ALLOCATIONS = 32;
const hasUtils = spawnSync("turnutils_uclient", ["-h"]).error === undefined;

let server: Server;
let ada: Person;
let bob: Person;
const clients: TurnClient[] = [];

function client(relay: Relay): TurnClient {
  const made = new TurnClient(relay);
  clients.push(made);
  return made;
}

const portOf = (relay: Relay, kind: string) =>
  Number(relay.urls.map((url) => new RegExp(`^${kind}:.*:(\\d+)\\?transport=tcp$`).exec(url)?.[1]).find(Boolean));

beforeAll(async () => {
  server = await Server.start();
  ada = await setUp(server);
  bob = await invited(ada, "Bob");
});

afterAll(async () => {
  for (const one of clients) one.close();
  await server.stop();
});

describe("a relay", () => {
  it("carries what two people say to each other, without leaving the program", async () => {
    const one = client(await relayOf(ada));
    const two = client(await relayOf(bob));
    const deaf = client(await relayOf(bob));
    expect([await one.allocate(), await two.allocate(), await deaf.allocate()]).toEqual([0, 0, 0]);
    if (!one.relayed || !two.relayed || !deaf.relayed) throw new Error("no relayed address");
    expect(await one.permit(two.relayed)).toBe(0);
    expect(await one.permit(deaf.relayed)).toBe(0);
    one.send(deaf.relayed, "not permitted by the other side");
    expect(await two.permit(one.relayed)).toBe(0);
    one.send(two.relayed, "hello");
    expect(await two.hears("hello")).toBe(true);
    two.send(one.relayed, "and back");
    expect(await one.hears("and back")).toBe(true);
    expect(two.heard).toHaveLength(1);
    expect(two.heard[0]?.from).toEqual(one.relayed);
    await Promise.all([one.refresh(0), two.refresh(0), deaf.refresh(0)]);
    expect(deaf.heard).toHaveLength(0);
  });

  it("is no door to this machine or the network behind it", async () => {
    const one = client(await relayOf(ada));
    const victim = createSocket("udp4");
    let reached = 0;
    victim.on("message", () => reached++);
    await new Promise<void>((done) => victim.bind(0, "127.0.0.1", done));
    expect(await one.allocate()).toBe(0);
    for (const ip of ["10.0.0.1", "192.168.1.1", "169.254.169.254", "127.0.0.2", "0.0.0.0", "224.0.0.1"])
      expect([ip, await one.permit({ ip, port: 5000 })]).toEqual([ip, 403]);
    expect(await one.permit({ ip: "127.0.0.1", port: victim.address().port })).toBe(0);
    one.send({ ip: "127.0.0.1", port: victim.address().port }, "x");
    one.send({ ip: "127.0.0.1", port: server.port }, "x");
    await one.refresh(0);
    expect(reached).toBe(0);
    victim.close();
  });

  it("is not to be had without a session, nor with one that has ended", async () => {
    const relay = await relayOf(ada);
    const nobody = client({ ...relay, credential: "wrong" });
    expect(await nobody.allocate()).toBe(401);
    const invented = client({ ...relay, username: relay.username.replace(/^\d+/, "4000000000") });
    expect(await invented.allocate()).toBe(401);

    const eve = await invited(ada, "Eve");
    const hers = await relayOf(eve);
    expect((await eve.call("DELETE", "/api/v1/session")).status).toBe(204);
    expect(await client(hers).allocate()).toBe(401);
  });

  it("ends with the session it was given in, within a second", async () => {
    const eve = await invited(ada, "Eve Again");
    const one = client(await relayOf(eve));
    const other = client(await relayOf(bob));
    expect([await one.allocate(), await other.allocate()]).toEqual([0, 0]);
    expect(await one.refresh()).toBe(0);
    const ended = performance.now();
    expect((await eve.call("DELETE", "/api/v1/session")).status).toBe(204);
    let code = 0;
    while (code === 0 && performance.now() - ended < 5000) code = await one.refresh();
    // Without an allocation of its own the request is by somebody who is signed in no more.
    expect(code).toBe(437);
    console.log(`a relay ended ${(performance.now() - ended).toFixed(0)} ms after its session`);
    expect(await other.refresh(0)).toBe(0);
  });

  it("is bounded for one person, and another has theirs", async () => {
    const eve = await invited(ada, "Eve Greedy");
    const relay = await relayOf(eve);
    const codes = new Map<number, number>();
    const mine = Array.from({ length: 200 }, () => client(relay));
    for (let round = 0; round < 50; round++) {
      const all = await Promise.all(mine.map((one) => one.allocate()));
      for (const code of all) codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    // 10,000 requests: as many relays as one may have, each asked for again; the rest over the quota.
    expect(codes.get(0)).toBe(USER_ALLOCATIONS);
    expect([...codes.keys()].sort()).toEqual([0, 437, 486]);
    const one = client(await relayOf(bob));
    expect(await one.allocate()).toBe(0);
    await one.refresh(0);
    for (const each of mine) if (each.relayed) await each.refresh(0);
    const freed = client(relay);
    expect(await freed.allocate()).toBe(0);
    await freed.refresh(0);
  });

  it("leaves three quarters of a small range to others, and says in figures what it refused", async () => {
    const small = await Server.start({ env: { TURN_RELAY_PORTS: "50200-50263" } });
    try {
      const relay = await relayOf(await setUp(small));
      const mine = Array.from({ length: 20 }, () => client(relay));
      const codes = [];
      for (const one of mine) codes.push(await one.allocate());
      expect(codes).toEqual([...Array(16).fill(0), ...Array(4).fill(486)]);
      const figures = async () => (await fetch(`${small.url}/metrics`)).text();
      await expect.poll(figures, { timeout: 5_000 }).toContain('convene_turn_refused_total{code="486"} 4');
      const told = await figures();
      expect(told).toContain("convene_media_up 1");
      expect(told).toContain("convene_turn_allocations 16");
      expect(told).toContain('convene_turn_refused_total{code="401"} 0');
      expect(told).toMatch(/^convene_turn_challenged_total [1-9]/mu);
      for (const one of mine) if (one.relayed) await one.refresh(0);
    } finally {
      await small.stop();
    }
  });

  it("tells strangers little, and only so often", async () => {
    const stranger = client(await relayOf(ada));
    const asked = 28;
    const reply = await stranger.once(ALLOCATE, false, Buffer.from([0, 0x19, 0, 4, 17, 0, 0, 0]));
    expect(reply.code).toBe(401);
    // With the 28 bytes of IPv4's and UDP's headers.
    expect(reply.bytes + 28).toBeLessThanOrEqual(1.5 * (asked + 28));
  });
});

describe.skipIf(!hasUtils)("coturn's own clients", () => {
  const MESSAGES = "20";
  const CLIENTS = "8";

  function uclient(relay: Relay, port: number, ...more: readonly string[]): string {
    const args = ["-u", relay.username, "-w", relay.credential, "-p", String(port), "-c", "-n", MESSAGES];
    const done = spawnSync("turnutils_uclient", [...args, "-m", CLIENTS, ...more, "127.0.0.1"], {
      encoding: "utf8",
      timeout: 60_000,
    });
    return done.stdout + done.stderr;
  }

  function lossless(output: string): void {
    expect(output).toContain("Total lost packets 0 ");
    expect(output).toMatch(new RegExp(`tot_recv_msgs=${Number(MESSAGES) * Number(CLIENTS)}\\b`));
  }

  it("talk to each other over UDP, by channels and by indications", async () => {
    const relay = await relayOf(ada);
    lossless(uclient(relay, relay.port, "-y"));
    lossless(uclient(relay, relay.port, "-y", "-s"));
  }, 120_000);

  it("talk to each other over TCP", async () => {
    const relay = await relayOf(ada);
    lossless(uclient(relay, portOf(relay, "turn"), "-y", "-t"));
  }, 60_000);

  it("reach a peer outside that the operator has allowed", async () => {
    const open = await Server.start({ env: { ALLOWED_PEERS: "127.0.0.2" } });
    const relay = await relayOf(await setUp(open));
    const port = await freeUdpPort();
    const peer = spawn("turnutils_peer", ["-L", "127.0.0.2", "-p", String(port)], { stdio: "ignore" });
    lossless(uclient(relay, relay.port, "-e", "127.0.0.2", "-r", String(port)));
    peer.kill();
    await open.stop();
  }, 60_000);

  it("talk to each other over TLS, on the same port", async () => {
    const folder = mkdtempSync(join(tmpdir(), "convene-turn-"));
    const made = makeCertificate(folder, "one");
    const relay = await relayOf(ada);
    server.setEnv({ TLS_CERT: made.cert, TLS_KEY: made.key });
    await server.end();
    await server.again();
    lossless(uclient(relay, server.port, "-y", "-t", "-S"));
    rmSync(folder, { recursive: true });
  }, 60_000);
});
