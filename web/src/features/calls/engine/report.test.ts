import { expect, it } from "vitest";
import recorded from "./recorded.json";
import { type Connection, connectionOf, qualityOf, type Row, sampleOf, UNKNOWN } from "./report";

type Name = keyof typeof recorded;

const rowsOf = (rows: readonly Row[]) => new Map(rows.map((r) => [String(r.id), r]));

/** Two reports of one call, two seconds apart, as the browsers gave them. */
function read(name: Name): Connection {
  const [first = [], second = []] = recorded[name] as readonly (readonly Row[])[];
  return connectionOf(rowsOf(second), sampleOf(rowsOf(first)));
}

const NAMES = Object.keys(recorded) as Name[];

it.each(NAMES)("reads what was recorded of %s", (name) => {
  const c = read(name);
  for (const flow of [c.up, c.down]) {
    expect(flow.rate).toBeGreaterThan(20_000);
    expect(flow.rate).toBeLessThan(20_000_000);
    expect(flow.audio).toBe("opus");
    expect(flow.video).toBe("VP8");
    expect(flow.loss).not.toBeNull();
    expect(flow.picture?.width).toBeGreaterThan(0);
  }
  expect(c.roundTripMs).toBeGreaterThanOrEqual(0);
  expect(c.jitterMs).toBeGreaterThanOrEqual(0);
  expect(qualityOf(c)).toBe("good");
});

it.each(["chromium-direct", "firefox-direct"] as const)("%s goes directly", (name) => {
  const c = read(name);
  expect(c.path).toEqual({ by: "direct", protocol: "udp" });
  expect([c.local?.kind, c.local?.reach]).toEqual(["host", expect.anything()]);
});

it.each(["chromium-relay", "firefox-relay"] as const)("%s goes by relays over UDP", (name) => {
  const c = read(name);
  expect(c.path).toEqual({ by: "relay", way: "udp", whose: "both" });
  expect([c.local?.kind, c.remote?.kind]).toEqual(["relay", "relay"]);
});

function made(local: Row, remote: Row, more: readonly Row[] = []): Connection {
  const pair = { localCandidateId: "L", remoteCandidateId: "R", timestamp: 1_000 };
  return connectionOf(
    rowsOf([
      { id: "P", type: "candidate-pair", state: "succeeded", nominated: true, ...pair },
      { id: "L", type: "local-candidate", protocol: "udp", ...local },
      { id: "R", type: "remote-candidate", protocol: "udp", ...remote },
      ...more,
    ]),
    null,
  );
}

it.each([
  [{ candidateType: "host" }, { candidateType: "srflx" }, "nat"],
  [{ candidateType: "srflx" }, { candidateType: "host" }, "nat"],
  [{ candidateType: "host" }, { candidateType: "prflx", address: "203.0.113.4" }, "nat"],
  [{ candidateType: "host" }, { candidateType: "prflx", address: "192.168.1.4" }, "direct"],
  [{ candidateType: "prflx" }, { candidateType: "host", address: "10.0.0.1" }, "nat"],
])("tells a NAT from a direct way: %o to %o", (local, remote, by) => {
  expect(made(local, remote).path).toEqual({ by, protocol: "udp" });
});

it.each([
  [{ relayProtocol: "tls" }, "tls"],
  [{ relayProtocol: "tcp" }, "tcp"],
  [{ url: "turns:example.org:443?transport=tcp" }, "tls"],
  [{}, null],
])("tells how the relay is spoken to: %o", (more, way) => {
  const c = made({ candidateType: "relay", ...more }, { candidateType: "host" });
  expect(c.path).toEqual({ by: "relay", way, whose: "own" });
});

it("does not say how the other side speaks to its relay", () => {
  const c = made({ candidateType: "host" }, { candidateType: "relay" });
  expect(c.path).toEqual({ by: "relay", way: null, whose: "other" });
});

it("knows nothing before there is anything", () => {
  expect(UNKNOWN).toEqual({
    path: null,
    local: null,
    remote: null,
    roundTripMs: null,
    jitterMs: null,
    up: { rate: null, loss: null, audio: null, video: null, picture: null },
    down: { rate: null, loss: null, audio: null, video: null, picture: null },
  });
  expect(qualityOf(UNKNOWN)).toBeNull();
});

it("gives no rate over a change of the path", () => {
  const [first = [], second = []] = recorded["chromium-direct"] as readonly (readonly Row[])[];
  const before = { ...sampleOf(rowsOf(first)), counted: "another" };
  expect(connectionOf(rowsOf(second), before).up.rate).toBeNull();
});

it("judges by loss and delay", () => {
  const good = read("chromium-direct");
  expect(qualityOf({ ...good, roundTripMs: 300 })).toBe("fair");
  expect(qualityOf({ ...good, roundTripMs: 900 })).toBe("poor");
  expect(qualityOf({ ...good, down: { ...good.down, loss: 0.05 } })).toBe("fair");
  expect(qualityOf({ ...good, up: { ...good.up, loss: 0.3 } })).toBe("poor");
});

it("knows the rate when another pair of the same transport is taken", () => {
  const rows = (at: number, pair: string, bytes: number) =>
    rowsOf([
      {
        id: "T",
        type: "transport",
        timestamp: at,
        selectedCandidatePairId: pair,
        bytesSent: bytes,
        bytesReceived: 0,
      },
      { id: pair, type: "candidate-pair", timestamp: at, bytesSent: 1 },
    ]);
  const before = sampleOf(rows(1_000, "P", 1_000));
  expect(connectionOf(rows(2_000, "Q", 2_000), before).up.rate).toBe(8_000);
});
