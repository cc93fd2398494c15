import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json, Metered, OFFERED, type Say, SERVERS } from "./support/metered";
import { type Person, setUp } from "./support/person";
import { Server } from "./support/server";

/* TURN servers of an API like Metered.ca's: that they are offered, and that nothing it does does harm. */

let metered: Metered;
let server: Server | undefined;

beforeEach(async () => {
  metered = await Metered.start();
});
afterEach(async () => {
  const output = server?.output ?? "";
  await server?.stop();
  await metered.stop();
  server = undefined;
  /* Whatever went wrong: */
  expect(output).not.toContain(metered.key);
  expect(output).not.toContain(encodeURIComponent(metered.key));
  expect(output).not.toContain("metered-word");
});

interface Ice {
  readonly ice_servers: unknown[];
  readonly expires_at: number | null;
}

async function start(env: Record<string, string> = {}): Promise<Person> {
  server = await Server.start({ env: { MEDIA_PORT: "off", ...metered.env, ...env } });
  return setUp(server);
}

const ice = async (who: Person) => (await who.get<Ice>("/ice")).body;
const lines = (level: string) =>
  (server?.output ?? "").split("\n").filter((l) => l.includes(` ${level} ice.api `));

describe("the API of TURN_API_HOST", () => {
  it("is asked once, with the key, and its servers are offered behind those of TURN_URLS", async () => {
    const ada = await start({ TURN_URLS: "stun:own.example" });
    await expect.poll(() => ice(ada)).toMatchObject({
      ice_servers: [{ urls: ["stun:own.example"] }, ...OFFERED],
    });
    const before = Date.now() + 23 * 3_600_000;
    expect((await ice(ada)).expires_at).toBeGreaterThan(before);
    expect(metered.asked).toEqual(["/api/v1/turn/credentials?apiKey=key-that-nobody%2Fshould%2Bread"]);
    expect(server?.output).not.toContain("ice.api");
  });

  it("stands behind our own server, which stands in when it fails", async () => {
    const ada = await start({ MEDIA_PORT: "0" });
    await expect.poll(async () => (await ice(ada)).ice_servers).toHaveLength(2 + OFFERED.length);
    const { ice_servers, expires_at } = await ice(ada);
    expect(ice_servers.slice(2)).toEqual(OFFERED);
    expect(JSON.stringify(ice_servers[0])).toMatch(/^{"urls":\["stun:localhost:\d+"\]}$/);
    expect(JSON.stringify(ice_servers[1])).toMatch(/"turn:localhost:\d+\?transport=udp","turn:localhost:\d+\?transport=tcp"/);
    const hours = ((expires_at ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11);
    expect(hours).toBeLessThanOrEqual(12);
    await server?.stop();

    metered.say = json({}, 401);
    const ben = await start({ MEDIA_PORT: "0" });
    await expect.poll(() => lines("warn").join()).toMatch(/calls do without its servers/);
    expect((await ice(ben)).ice_servers).toHaveLength(2);
  });

  const bad: [string, Say, RegExp][] = [
    ["refuses the key", json({ error: "no" }, 401), /refuses TURN_API_KEY \(status 401\)/],
    ["forbids it", json({}, 403), /refuses TURN_API_KEY/],
    ["is broken", json(SERVERS, 500), /status 500/],
    ["sends one elsewhere", (_q, r) => r.writeHead(302, { location: "/x" }).end(), /status 302/],
    ["answers with half of it", (_q, r) => r.end('[{"urls":"turn:a'), /ends too early/],
    ["answers with a page", (_q, r) => r.end("<!doctype html>"), /not JSON/],
    ["answers with a megabyte", (_q, r) => r.end(`["${"x".repeat(1 << 20)}"]`), /larger than 65536/],
    ["answers with no server", json([]), /empty list/],
    ["answers with an object", json({ servers: SERVERS }), /not an array/],
    ["answers with numbers", json([{ urls: 7, username: 1, credential: {} }]), /no text/],
    ["names a server of another kind", json([...SERVERS, { urls: "https://x" }]), /none of STUN/],
    ["forgets the credential", json([{ urls: "turn:a", username: "u" }]), /without username/],
    ["breaks off", (_q, r) => r.socket?.destroy(), /failed|connection/],
  ];
  it.each(bad)("does no harm when it %s, and is used when it works again", async (_what, say, words) => {
    metered.say = say;
    const ada = await start({ TURN_URLS: "stun:own.example" });
    await expect.poll(() => lines("warn").join(), { timeout: 5000 }).toMatch(words);
    expect((await ice(ada)).ice_servers).toEqual([{ urls: ["stun:own.example"] }]);

    metered.say = json(SERVERS);
    await expect.poll(() => ice(ada), { timeout: 8000 }).toMatchObject({
      ice_servers: [{ urls: ["stun:own.example"] }, ...OFFERED],
    });
    expect(lines("warn")).toHaveLength(1);
    expect(lines("info")).toHaveLength(1);
  });

  it("is told of once when nobody answers there, and asked again", async () => {
    await metered.stop();
    const ada = await start();
    await expect.poll(() => lines("warn").join()).toMatch(/does not take a connection/);
    expect(await ice(ada)).toEqual({ ice_servers: [], expires_at: null });
    await metered.again();
    await expect.poll(() => ice(ada), { timeout: 8000 }).toMatchObject({ ice_servers: OFFERED });
    expect(lines("warn")).toHaveLength(1);
  });

  it("holds up nobody when it is slow", { timeout: 30_000 }, async () => {
    metered.say = () => {};
    const ada = await start();
    const begun = Date.now();
    expect((await ice(ada)).ice_servers).toEqual([]);
    expect(Date.now() - begun).toBeLessThan(5000);
    await expect.poll(() => lines("warn").join(), { timeout: 20_000 }).toMatch(/not answered within 10/);
  });

  it("is not asked inside the own network unless ALLOWED_PEERS says so", async () => {
    await start({ ALLOWED_PEERS: "" });
    await expect.poll(() => lines("warn").join()).toMatch(/ALLOWED_PEERS/);
    expect(metered.asked).toEqual([]);
  });
});
