import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invited, type Line, type Person } from "../../tests/api/support/person";
import type { Channel, ServerDone } from "../src/api/gen";
import type { Look } from "./support/chromium";
import { House } from "./support/house";
import { moves } from "./support/meeting";
import { button, composer } from "./support/screen";
import { shoot, shooting } from "./support/shoot";

/* Meetings of several sizes for the docs: two have a camera, the others are there without one. */

const NAMES = [
  "Mei Tanaka",
  "Jonas Berg",
  "Amara Okafor",
  "Lucia Romano",
  "Priya Nair",
  "Tomás Silva",
  "Hanna Virtanen",
  "Omar Haddad",
  "Chloé Martin",
  "Kwame Mensah",
  "Ingrid Dahl",
  "Rafael Costa",
  "Yuki Sato",
  "Zofia Nowak",
  "Ben Carter",
];
const SIZES = [2, 4, 9, 16] as const;
const LOOKS: readonly (readonly [string, Look])[] = [
  ["light", {}],
  ["dark", { dark: true }],
  ["phone-light", { phone: true }],
  ["phone-dark", { phone: true, dark: true }],
];

describe.runIf(shooting)("a meeting", () => {
  let house: House;
  let people: Person[];
  let path: string;
  let channel: string;

  beforeAll(async () => {
    house = await House.open();
    people = [];
    for (const name of NAMES) people.push(await invited(house.ada, name));
    const members = people.map((p) => p.me.id);
    const made = await house.ada.post<Channel>("/channels", {
      kind: "group",
      name: "Launch",
      members,
    });
    channel = made.body.id;
    path = `/chat/${channel}`;
  });
  afterAll(async () => {
    await house.chromium.sweep().finally(() => house.close());
  });

  async function join(call: string, who: readonly Person[]): Promise<Line[]> {
    const lines: Line[] = [];
    for (const [i, person] of who.entries()) {
      const line = await person.socket();
      await line.ask({ type: "call.join", call, mic: i % 3 === 0, camera: false });
      lines.push(line);
    }
    return lines;
  }

  async function start(look: Look): Promise<{ page: Page; call: string; lines: Line[] }> {
    const [mei] = people as [Person];
    const other = await house.chromium.page(mei, path, { camera: { width: 640, fps: 10 } });
    await composer(other).waitFor();
    const page = await house.chromium.page(house.ada, path, {
      ...look,
      camera: { width: 640, fps: 10 },
    });
    await composer(page).waitFor();
    await button(page, "Video call").click();
    await other.getByRole("alertdialog").waitFor();
    await button(other, "Accept with video").click();
    await moves(page, "Mei Tanaka");
    const line = await mei.socket();
    const state = await house.ada.get<{ calls: { id: string }[] }>("/state");
    return { page, call: state.body.calls[0]?.id ?? "", lines: [line] };
  }

  it.each(LOOKS)(
    "of 2, 4, 9 and 16 (%s)",
    async (name, look) => {
      const { page, call, lines } = await start(look);
      let there = 2;
      for (const size of SIZES) {
        lines.push(...(await join(call, people.slice(there - 1, size - 1))));
        there = size;
        await moves(page, "Mei Tanaka");
        await page.mouse.move(200, 300);
        await page.waitForTimeout(1_500);
        await shoot(page, `meeting-${size}-${name}`);
      }
      const end = (await house.ada.socket()) as Line;
      const ended = (await end.ask({ type: "call.end", call })) as ServerDone;
      expect(ended.type).toBe("done");
      for (const line of [...lines, end]) line.close();
      await house.chromium.sweep();
    },
    180_000,
  );
});
