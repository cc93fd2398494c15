import { expect, it } from "vitest";
import { foundIn, foundOf, offersRelay, reachOf, serverOf } from "./candidates";

it.each([
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["172.32.0.1", "public"],
  ["192.168.178.2", "private"],
  ["192.169.0.1", "public"],
  ["100.64.0.1", "private"],
  ["100.128.0.1", "public"],
  ["169.254.7.7", "private"],
  ["127.0.0.1", "private"],
  ["203.0.113.9", "public"],
  ["::1", "private"],
  ["fe80::1", "private"],
  ["fd00::7", "private"],
  ["2001:db8::1", "public"],
  ["::ffff:10.0.0.1", "private"],
  ["8b5c0f3e-0a53-4a92-b1a1-1f6c8e1f1c11.local", "hidden"],
])("knows whether %s can be reached from everywhere: %s", (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});

it("reads a candidate's line", () => {
  expect(
    foundOf(
      "candidate:842163049 1 udp 1677729535 203.0.113.9 61665 typ srflx raddr 10.0.0.5 rport 61665",
    ),
  ).toEqual({ kind: "srflx", protocol: "udp", reach: "public", family: 4 });
  expect(foundOf("candidate:1 1 TCP 1518280447 fd00::2 9 typ host tcptype active")).toEqual({
    kind: "host",
    protocol: "tcp",
    reach: "private",
    family: 6,
  });
  for (const none of ["", "candidate:", "end-of-candidates", "candidate:1 1 udp 1 a 1 typ odd"])
    expect(foundOf(none)).toBeNull();
});

it("finds those of a description", () => {
  const sdp =
    "v=0\r\na=mid:0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=end-of-candidates\r\n";
  expect(foundIn(sdp).map((f) => f.kind)).toEqual(["host"]);
});

it("reads a server's address", () => {
  expect(serverOf("stun:example.org:3478")).toEqual({ relay: false, way: "udp" });
  expect(serverOf("turn:example.org:3478")).toEqual({ relay: true, way: "udp" });
  expect(serverOf("turn:[2001:db8::1]:80?transport=tcp")).toEqual({ relay: true, way: "tcp" });
  expect(serverOf("turns:example.org:443?transport=tcp")).toEqual({ relay: true, way: "tls" });
  expect(serverOf("https://example.org")).toBeNull();
  expect(offersRelay([{ urls: "stun:example.org" }])).toBe(false);
  expect(offersRelay([{ urls: ["stun:example.org", "turn:example.org"] }])).toBe(true);
});
