import { describe, expect, it } from "vitest";
import { detailsOf } from "./details";
import { diagnose } from "./diagnosis";
import { afresh, type Evidence, type Local, NOTHING, withLocal, withRefusal } from "./evidence";

const UDP = ["stun:h:3478", "turn:h:3478?transport=udp"];
const ALL = [...UDP, "turn:h:80?transport=tcp", "turns:h:443?transport=tcp"];
const host: Local = { kind: "host", protocol: "udp", reach: "private", family: 4, relayWay: null };
const srflx: Local = { ...host, kind: "srflx", reach: "public" };
const relay: Local = { ...host, kind: "relay", reach: "public", relayWay: "udp" };

const given = (more: Partial<Evidence>): Evidence => ({
  ...NOTHING,
  offered: ALL,
  answered: true,
  local: [host],
  remote: [host],
  ...more,
});
const refused = (code: number) => ({
  refusals: [{ url: ALL[1] ?? "", code, text: "No" }],
});

describe("what failed", () => {
  it.each<[string, Partial<Evidence>, string]>([
    ["this device is offline", { online: false, ...refused(401) }, "offline"],
    ["the list could not be had", { listed: false, offered: [] }, "no-list"],
    ["the other side is silent", { answered: false, remote: [] }, "no-answer"],
    ["credentials are refused", refused(401), "credentials"],
    [
      "before the other side has answered, too",
      { ...refused(401), answered: false },
      "credentials",
    ],
    ["the relay is full", refused(486), "quota"],
    ["the relay forbids it", refused(403), "peers-refused"],
    ["no server answers", refused(701), "no-server"],
    ["and the browser tells nothing", {}, "no-server"],
    ["UDP is blocked and nothing else offered", { offered: UDP }, "udp-blocked"],
    ["STUN answers, the relay does not", { offered: UDP, local: [host, srflx] }, "no-server"],
    ["no server is offered", { offered: [] }, "only-private"],
    ["only STUN is, in vain", { offered: ["stun:h"] }, "only-private"],
    ["only STUN is, and it is not enough", { offered: ["stun:h"], local: [srflx] }, "no-relay"],
    [
      "the relay was reached, the other side not",
      { local: [relay], remote: [relay] },
      "other-side",
    ],
    ["the other side told no address", { local: [relay], remote: [] }, "other-side"],
    ["the relay may not go to private addresses", { local: [relay] }, "peers-refused"],
    [
      "one relay refuses, another is there",
      { local: [relay], remote: [srflx], ...refused(401) },
      "other-side",
    ],
  ])("%s", (_, more, step) => {
    expect(diagnose(given(more)).step).toBe(step);
  });

  it("says that only relays are used with a guest", () => {
    expect(diagnose(given({ relayOnly: true })).what).toContain("guest");
    expect(diagnose(given({})).what).not.toContain("guest");
  });
});

it("keeps one of each kind, and of an earlier try only what was refused", () => {
  const twice = [relay, relay, host].reduce(withLocal, given({ local: [] }));
  expect(twice.local).toEqual([relay, host]);
  const no = { url: "turn:h", code: 401, text: "Unauthorized" };
  const e = withRefusal(withRefusal(twice, no), no);
  expect(e.refusals).toEqual([no]);
  expect(afresh(e)).toMatchObject({ local: [], refusals: [no], restarts: 1, offered: ALL });
});

it("copies kinds of addresses and names of servers, nothing that is secret", () => {
  const text = detailsOf(
    given({ ...refused(401), local: [host, relay], relayOnly: true }),
    new Date(0),
    "Browser/1",
  );
  expect(text).toBe(`Convene, a call that does not connect, 1970-01-01T00:00:00.000Z
Step: peers-refused (The relay may not reach the other side)
Browser: Browser/1
Network: there; the other side: described itself
States: connection new, ICE new, gathering new; looked for a new way 0 times
Policy: relays only (a guest is in the call)
Servers offered:
  stun:h:3478
  turn:h:3478?transport=udp
  turn:h:80?transport=tcp
  turns:h:443?transport=tcp
What servers refused:
  401 No (turn:h:3478?transport=udp)
Found here:
  host udp private IPv4
  relay udp public IPv4, asked over udp
Told by the other side:
  host udp private IPv4`);
});
