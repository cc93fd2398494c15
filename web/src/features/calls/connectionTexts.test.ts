import { expect, it } from "vitest";
import { lossText, msText, pathWords, pictureText, rateText, sideText } from "./connectionTexts";
import { type Flow, type Path, UNKNOWN } from "./engine/report";

it.each<[Path | null, string]>([
  [null, "No connection yet"],
  [{ by: "direct", protocol: "udp" }, "Direct"],
  [{ by: "direct", protocol: "tcp" }, "Direct, over TCP"],
  [{ by: "nat", protocol: "udp" }, "Direct through NAT"],
  [{ by: "relay", way: "udp", whose: "both" }, "Relay over UDP"],
  [{ by: "relay", way: "tcp", whose: "own" }, "Relay over TCP"],
  [{ by: "relay", way: "tls", whose: "own" }, "Relay over TLS"],
  [{ by: "relay", way: null, whose: "own" }, "Relay"],
  [{ by: "relay", way: null, whose: "other" }, "Relay of the other side"],
])("names the path %o: %s", (path, title) => {
  expect(pathWords(path).title).toBe(title);
});

it("says figures, and that one is not known yet", () => {
  expect([msText(null), msText(0.2), msText(41.6)]).toEqual([
    "not known yet",
    "under 1 ms",
    "42 ms",
  ]);
  expect([rateText(null), rateText(48_300), rateText(1_240_000)]).toEqual([
    "not known yet",
    "48 kbit/s",
    "1.2 Mbit/s",
  ]);
  expect([lossText(null), lossText(0), lossText(0.0042), lossText(0.25)]).toEqual([
    "not known yet",
    "0 %",
    "0.4 %",
    "25 %",
  ]);
  expect(sideText(null)).toBe("not known yet");
  expect(sideText({ kind: "host", protocol: "udp", reach: "private" })).toBe(
    "Private address, UDP",
  );
  expect(sideText({ kind: "relay", protocol: "udp", reach: null })).toBe("Address at a relay");
});

it("tells a camera that is off from what is not known", () => {
  const flow: Flow = UNKNOWN.up;
  expect(pictureText(flow)).toBe("not known yet");
  expect(pictureText({ ...flow, video: "VP8" })).toBe("VP8, none at present");
  const picture = { width: 1280, height: 720, fps: 29.7 };
  expect(pictureText({ ...flow, video: "VP8", picture })).toBe("VP8 1280 × 720, 30 a second");
});

it("tells the way to the server's room", () => {
  expect(pathWords({ by: "direct", protocol: "udp" }, { room: true }).title).toBe("To the server");
  expect(pathWords({ by: "nat", protocol: "tcp" }, { room: true }).title).toBe(
    "To the server, over TCP",
  );
  expect(pathWords({ by: "relay", way: "tls", whose: "own" }, { room: true })).toEqual({
    title: "To the server by a relay over TLS",
    say: expect.stringContaining("everybody in the meeting"),
  });
});

it("says whether a way is still looked for", () => {
  expect(pathWords(null).say).toMatch(/is looked for/u);
  expect(pathWords(null, { failed: true }).say).toMatch(/No way to the other side was found/u);
});
