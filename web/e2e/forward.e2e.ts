import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { invited, type Person } from "../../tests/api/support/person";
import type { Channel, IceGetReply, ServerDone } from "../src/api/gen";
import { House } from "./support/house";
import { Roomer } from "./support/roomer";

const media = { mic: true, camera: true };
const SMALLEST = 135;
const PATIENCE = { timeout: 20_000, interval: 250 };

/** The server's own relay as somebody behind a firewall reaches it. */
async function overTcp(who: Person): Promise<RTCIceServer[]> {
  const { body } = await who.call<IceGetReply>("GET", "/api/v1/ice");
  return body.ice_servers
    .map(({ urls, username, credential }) => ({
      urls: urls.filter((url) => url.startsWith("turn:") && url.endsWith("transport=tcp")),
      username: username ?? "",
      credential: credential ?? "",
    }))
    .filter((s) => s.urls.length > 0);
}

/** What is left where UDP does not get through. */
const withoutUdp = (sdp: string) => sdp.replace(/^a=candidate:\S+ 1 udp .*\r\n/gmu, "");

describe("a room", () => {
  let house: House;
  let people: Person[];
  let channel: string;

  beforeAll(async () => {
    house = await House.open();
    people = await Promise.all(["Bo", "Cleo", "Dan"].map((name) => invited(house.ada, name)));
    const members = people.slice(1).map((p) => p.me.id);
    const made = await people[0]?.post<Channel>("/channels", { kind: "group", members });
    channel = made?.body.id ?? "";
  });
  afterEach(() => house.chromium.sweep());
  afterAll(() => house.close());

  it("forwards the sound and picture of each to the others", async () => {
    const all = await Promise.all(people.map((p) => Roomer.come(house, p)));
    const [first, ...others] = all as [Roomer, ...Roomer[]];
    const started = await first.line.ask({ type: "call.start", channel, video: true, ...media });
    const { call, leg } = started as ServerDone;
    first.leg = leg ?? "";
    const id = call?.id ?? "";
    for (const one of others) {
      const joined = (await one.line.ask({ type: "call.join", call: id, ...media })) as ServerDone;
      one.leg = joined.leg ?? "";
      expect(joined.call?.kind).toBe(one === others.at(-1) ? "room" : "pair");
    }
    /* of 540 lines Chromium makes three encodings, of 360 two */
    const relays = await overTcp(people[2] as Person);
    const [straight] = others as [Roomer];
    await Promise.all(
      all.map((one) =>
        one.connect(id, {
          width: one === first ? 960 : 640,
          /* one is behind a wall that lets nothing but TCP out */
          ...(one === others.at(-1) ? { relays } : {}),
          ...(one === straight ? { by: withoutUdp } : {}),
        }),
      ),
    );
    const view = (one: Roomer, height: number) =>
      one.line.ask({
        type: "call.view",
        call: id,
        slots: all
          .filter((other) => other !== one)
          .map((other, slot) => ({ slot, leg: other.leg, source: "camera", height })),
      });
    for (const one of all) await view(one, 720);
    for (const one of all) {
      await vi.waitFor(async () => {
        const got = await one.got();
        const pictures = got.filter(
          (g) => g.kind === "video" && g.frames > 10 && g.csrc.length === 1,
        );
        const voices = got.filter((g) => g.kind === "audio" && g.packets > 20);
        expect([pictures.length, voices.length]).toEqual([2, 2]);
      }, PATIENCE);
    }
    expect(await Promise.all(all.map((one) => one.way()))).toEqual(["udp", "tcp", "udp"]);
    const looker = straight;
    const height = async () => (await looker.got())[1]?.height ?? 0;
    /* how large it is made a busy machine says; the smallest is there in any case */
    await vi.waitFor(async () => expect(await height()).toBeGreaterThan(SMALLEST), PATIENCE);
    const large = await height();
    await view(looker, 60);
    await vi.waitFor(async () => expect(await height()).toBeLessThan(large), PATIENCE);
    await view(looker, 720);
    await vi.waitFor(async () => expect(await height()).toBeGreaterThanOrEqual(large), PATIENCE);
    expect((await looker.got())[1]?.lost).toBe(0);
  }, 90_000);
});
