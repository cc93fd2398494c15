import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { invited, type Person, setUp } from "../api/support/person";
import { Server } from "../api/support/server";
import { backAfter, call, type Ends, type Outcome, settled, type Way } from "./support/call";
import { BY_COTURN, Coturn } from "./support/coturn";
import { Home, type Kind, openInternet, PORTS, SERVER, strangers } from "./support/lab";
import { type Brand, Phone } from "./support/phone";
import { Table } from "./support/table";

/* Who lives where, and the best way that there is between them, whichever end is which.  The server's
   firewall lets in its two ports and nothing else. */
interface Cell {
  readonly name: string;
  readonly caller: Kind;
  /** Without one both live in the caller's. */
  readonly callee?: Kind;
  readonly best: Ends;
  readonly family?: 6;
  /** The name of a picture of the panel, where pictures are taken. */
  readonly shot?: string;
}

const CONE: Kind = { v4: "full cone" };
const RESTRICTED: Kind = { v4: "port-restricted" };
const SYMMETRIC: Kind = { v4: "symmetric" };
const NO_UDP: Kind = { v4: "port-restricted", out: "tcp" };
const ONLY_443: Kind = { v4: "port-restricted", out: "443" };
const ONLY_TLS: Kind = { v4: "port-restricted", out: "tls" };
const ONLY_V6: Kind = { v4: "none", v6: true };
const DUAL: Kind = { v4: "port-restricted", v6: true };
const DIRECT = ["direct", "direct"] as const;
const NAT = ["through the NAT", "through the NAT"] as const;
const ONE_RELAY = ["relay udp", "through the NAT"] as const;
const TWO_RELAYS = ["relay udp", "relay udp"] as const;
const ONE_TCP = ["relay tcp", "through the NAT"] as const;
const TCP_UDP = ["relay tcp", "relay udp"] as const;
const TCP = ["relay tcp", "relay tcp"] as const;
const TLS = ["relay tls", "relay tls"] as const;

const CELLS: readonly Cell[] = [
  { name: "same LAN", caller: RESTRICTED, best: DIRECT },
  { name: "full cone", caller: CONE, callee: CONE, best: NAT },
  { name: "port-restricted", caller: RESTRICTED, callee: RESTRICTED, best: NAT },
  { name: "symmetric, full cone", caller: SYMMETRIC, callee: CONE, best: NAT },
  { name: "symmetric, port-restricted", caller: SYMMETRIC, callee: RESTRICTED, best: ONE_RELAY },
  { name: "symmetric, symmetric", caller: SYMMETRIC, callee: SYMMETRIC, best: TWO_RELAYS },
  { name: "UDP blocked", caller: NO_UDP, callee: NO_UDP, best: TCP },
  {
    name: "UDP blocked, symmetric",
    caller: NO_UDP,
    callee: SYMMETRIC,
    best: TCP_UDP,
  },
  { name: "all but TCP 443 blocked", caller: ONLY_443, callee: ONLY_443, best: TCP },
  {
    name: "all but TLS on 443 blocked",
    caller: ONLY_TLS,
    callee: ONLY_TLS,
    best: TLS,
    shot: "connection-relay-tls-light",
  },
  { name: "IPv6 only", caller: ONLY_V6, callee: ONLY_V6, best: DIRECT, family: 6 },
  { name: "dual stack", caller: DUAL, callee: DUAL, best: DIRECT, family: 6 },
  { name: "IPv6 only, IPv4 only", caller: ONLY_V6, callee: RESTRICTED, best: ONE_RELAY },
];
/* Of those, where it matters how the relay is named. */
const BY_NAME = CELLS.filter(({ name }) =>
  ["port-restricted", "symmetric, symmetric", "IPv6 only, IPv4 only"].includes(name),
);
/* And where it is coturn: its ports are open to all. */
const BY_RELAY: readonly Cell[] = [
  { name: "symmetric, symmetric", caller: SYMMETRIC, callee: SYMMETRIC, best: ONE_RELAY },
  { name: "all but TCP 443 blocked", caller: ONLY_443, callee: ONLY_443, best: TLS },
];
/* One of two moves to another network in mid-call. */
interface Move {
  readonly name: string;
  readonly from: Kind;
  readonly to: Kind;
  /** Any of these: by one relay or by two of the same server is the same way for packets. */
  readonly best: readonly Ends[];
}
const MOVES: readonly Move[] = [
  { name: "another NAT", from: RESTRICTED, to: RESTRICTED, best: [NAT] },
  { name: "all but TCP 443 blocked", from: RESTRICTED, to: ONLY_443, best: [ONE_TCP, TCP_UDP] },
  { name: "relays again", from: SYMMETRIC, to: SYMMETRIC, best: [TWO_RELAYS] },
];
const PAIRS: readonly (readonly [Brand, Brand])[] = [
  ["Chromium", "Chromium"],
  ["Chromium", "Firefox"],
];

const folder = process.env["NET_FOLDER"] ?? "";
const table = new Table();
let server: Server;
let ada: Person;
let pairs = 0;

beforeAll(async () => {
  openInternet();
  server = await Server.start({
    url: "https://chat.test",
    port: PORTS.tcp,
    env: {
      PUBLIC_URL: "https://chat.test",
      PUBLIC_IP: `${SERVER.v4},${SERVER.v6}`,
      MEDIA_PORT: `${PORTS.udp}`,
      TLS_CERT: `${folder}/chat.crt`,
      TLS_KEY: `${folder}/chat.key`,
      RATE_LIMITS: "off",
    },
  });
  ada = await setUp(server);
});
afterAll(async () => {
  table.print();
  await server.stop();
});

interface Held {
  readonly outcome: Outcome;
  readonly phones: readonly [Phone, Phone];
  readonly homes: readonly [Home, Home];
  readonly spaces: readonly [string, string];
}

/** Builds the homes, holds a call, looks at it, and takes everything down again. */
async function calling(
  brands: readonly [Brand, Brand],
  { caller, callee }: Pick<Cell, "caller" | "callee">,
  look: (held: Held) => Promise<void>,
): Promise<void> {
  pairs += 1;
  const mei = await invited(ada, `Mei Ling ${pairs}`);
  const jonas = await invited(ada, `Jonas Berg ${pairs}`);
  const channel = await mei.direct(jonas);
  const first = await Home.build(caller);
  const homes = [first, callee ? await Home.build(callee) : first] as const;
  const spaces = [await homes[0].person(), await homes[1].person()] as const;
  const phones: Phone[] = [];
  try {
    phones.push(await Phone.start(brands[0], spaces[0]), await Phone.start(brands[1], spaces[1]));
    const both = phones as [Phone, Phone];
    const outcome = await call(...both, [mei, jonas], `/chat/${channel.id}`);
    await look({ outcome, phones: both, homes, spaces });
  } finally {
    await Promise.all(phones.map((p) => p.stop()));
    for (const home of new Set(homes)) home.raze();
  }
}

/* Firefox has no preference between a relay by TCP and one by TLS. */
const good = (way: Way, best: Way): boolean =>
  way === best || (way === "relay tls" && best === "relay tcp");

/** Whichever end is which. */
const alike = ([a, b]: Ends, [x, y]: Ends): boolean =>
  (good(a, x) && good(b, y)) || (good(a, y) && good(b, x));

/** Both see each other, by the best way. */
async function connects(brands: readonly [Brand, Brand], cell: Cell, name: string): Promise<void> {
  await calling(brands, cell, async ({ outcome, phones }) => {
    const found = await settled(...phones, (ways) => alike(ways, cell.best));
    table.add(name, brands, { ...outcome, ...found });
    if (cell.shot) await phones[0].shootPanel(cell.shot);
    if (cell.family) expect(found.family).toBe(cell.family);
  });
}

it("has no way out of the machine", async () => {
  const home = await Home.build(DUAL);
  await home.person();
  try {
    expect(await strangers()).toEqual([]);
  } finally {
    home.raze();
  }
});

describe.each(PAIRS)("%s and %s", (...brands) => {
  it.each(CELLS)("see each other: $name", (cell) => connects(brands, cell, cell.name));

  it.each(MOVES)("see each other again after a move to $name", async ({ name, from, to, best }) => {
    const elsewhere = await Home.build(to);
    /* Firefox moves, where there is one. */
    const who = brands[1] === "Firefox" ? 1 : 0;
    try {
      await calling(brands, { caller: from, callee: from }, async (held) => {
        const back = await backAfter(held.phones, () => {
          held.homes[who].leave(held.spaces[who]);
          elsewhere.join(held.spaces[who]);
        });
        const found = await settled(...held.phones, (ways) => best.some((one) => alike(ways, one)));
        table.addAgain(`move to: ${name}`, brands, found, back);
      });
    } finally {
      elsewhere.raze();
    }
  });
});

describe("by the server's name alone", () => {
  beforeAll(async () => {
    await server.end();
    server.setEnv({ PUBLIC_IP: "" });
    await server.again();
  });

  describe.each(PAIRS)("%s and %s", (...brands) => {
    it.each(BY_NAME)("see each other: $name", (cell) =>
      connects(brands, cell, `${cell.name} (no PUBLIC_IP)`),
    );
  });
});

describe("through coturn", () => {
  let coturn: Coturn;
  beforeAll(async () => {
    coturn = await Coturn.start(folder);
    await server.end();
    server.setEnv({ ...BY_COTURN, MEDIA_PORT: "off" });
    await server.again();
  });
  afterAll(() => coturn.stop());

  describe.each(PAIRS)("%s and %s", (...brands) => {
    it.each(BY_RELAY)("see each other: $name", (cell) =>
      connects(brands, cell, `${cell.name} (coturn)`),
    );
  });
});
