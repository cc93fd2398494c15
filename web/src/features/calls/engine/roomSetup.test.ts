import { expect, it, vi } from "vitest";
import { setActive, withoutUdpRelays } from "./roomSetup";

it("keeps relays by TCP and TLS, and nothing by UDP", () => {
  const key = { username: "u", credential: "c" };
  expect(
    withoutUdpRelays([
      { urls: "stun:example.org:3478" },
      {
        urls: [
          "turn:example.org:3478",
          "turn:example.org:3478?transport=udp",
          "turn:example.org:3478?transport=tcp",
          "turns:example.org:5349",
        ],
        ...key,
      },
      { urls: "turn:other.example.org", ...key },
    ]),
  ).toEqual([{ urls: ["turn:example.org:3478?transport=tcp", "turns:example.org:5349"], ...key }]);
});

it("turns off what nobody watches, and says nothing where nothing changes", async () => {
  const encodings = ["l", "m", "h"].map((rid) => ({ rid, active: true }));
  const setParameters = vi.fn(async () => {});
  const sender = { getParameters: () => ({ encodings }), setParameters };
  await setActive(sender as unknown as RTCRtpSender, (rid) => rid !== "h");
  expect(encodings.map((e) => e.active)).toEqual([true, true, false]);
  await setActive(sender as unknown as RTCRtpSender, (rid) => rid !== "h");
  expect(setParameters).toHaveBeenCalledTimes(1);
});
