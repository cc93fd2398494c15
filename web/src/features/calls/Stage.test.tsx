import { signal } from "@preact/signals";
import { act, render, screen, within } from "@testing-library/preact";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { diagnose } from "./engine/diagnosis";
import { NOTHING } from "./engine/evidence";
import recorded from "./engine/recorded.json";
import type { Row } from "./engine/report";
import type { Privacy, Way } from "./engine/way";
import { call, done, leg, mine, PEER, setUp, told } from "./fixtures";
import { MiniCall } from "./MiniCall";
import { Stage } from "./Stage";

const active = call(2, [mine(), leg("leg-a", PEER, "joined")]);

async function inCall() {
  const all = setUp(async () => done(active));
  await all.calls.start("chat-1", false, PEER);
  all.link(true);
  return all;
}

it("mutes, shows the camera, and leaves", async () => {
  const user = userEvent.setup();
  const { calls, engine, sent } = await inCall();
  render(<Stage calls={calls} />);
  expect(screen.getByRole("timer", { name: "Call time" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Mute mic" }));
  expect(screen.getByRole("button", { name: "Unmute mic" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Turn camera on" }));
  expect(engine.media.setCamera).toHaveBeenCalledWith(true);
  await user.click(screen.getByRole("button", { name: "Leave" }));
  expect(sent.at(-1)).toEqual({ type: "call.leave", call: "call-1" });
});

it("says what goes on: muted, reconnecting, lost", async () => {
  const { calls } = await inCall();
  render(<Stage calls={calls} />);
  act(() => calls.apply(told(call(3, [mine(), leg("leg-a", PEER, "joined", { mic: false })]))));
  expect(screen.getByText("Muted:")).toBeTruthy();
  act(() => calls.apply(told(call(4, [mine(), leg("leg-a", PEER, "lost")]))));
  expect(screen.getByText("Reconnecting…")).toBeTruthy();
  act(() => calls.apply(told({ ...active, change: 5, state: "ended", reason: "lost" })));
  expect(screen.getByText("We lost you")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(calls.held.value.phase).toBe("idle");
});

it("names nobody where a meeting broke off", async () => {
  const meeting = { ...active, group: true };
  const { calls } = setUp(async () => done(meeting));
  await calls.start("chat-1", false, null);
  render(<Stage calls={calls} />);
  act(() => calls.apply(told({ ...meeting, change: 5, state: "ended", reason: "interrupted" })));
  expect(screen.getByText("The meeting broke off.")).toBeTruthy();
});

it("says when a device could not be had", async () => {
  const { calls, engine } = await inCall();
  render(<Stage calls={calls} />);
  act(() => {
    engine.media.notice.value = "No camera was found. The call goes on without your picture.";
  });
  expect(screen.getByText(/No camera was found/)).toBeTruthy();
});

it("says when the server cannot be reached", async () => {
  const { calls, state } = await inCall();
  render(<Stage calls={calls} />);
  act(() => {
    state.value = "offline";
  });
  expect(screen.getByText(/The server cannot be reached/)).toBeTruthy();
});

it("makes way for the conversation and comes back", async () => {
  const { calls, openChat } = await inCall();
  const { unmount } = render(<Stage calls={calls} />);
  await userEvent.click(screen.getByRole("button", { name: "Chat" }));
  expect(openChat).toHaveBeenCalledWith("chat-1");
  expect(calls.mini.value).toBe(true);
  unmount();
  render(<MiniCall calls={calls} />);
  await userEvent.click(screen.getByRole("button", { name: "Return to the call" }));
  expect(calls.mini.value).toBe(false);
});

it("moves the own picture by the arrow keys", async () => {
  const { calls } = await inCall();
  render(<Stage calls={calls} />);
  const own = screen.getByRole("region", { name: /^You;/ });
  own.focus();
  await userEvent.keyboard("{ArrowUp}{ArrowLeft}");
  expect([own.dataset.x, own.dataset.y]).toEqual(["start", "start"]);
});

function fakeWay(rows: readonly Row[]) {
  const way = {
    trouble: signal<Way["trouble"]["value"]>(null),
    since: signal<number | null>(Date.now()),
    privacy: signal<Privacy>("open"),
    report: async () => new Map(rows.map((r) => [String(r.id), r])),
    details: () => "Step: credentials",
    again: vi.fn(),
  };
  return { ...way, way: way as unknown as Way };
}

it("tells the connection's figures, and closes by Escape where it was opened", async () => {
  const user = userEvent.setup();
  const { calls, engine } = await inCall();
  const { way, privacy } = fakeWay(recorded["chromium-relay"][0] ?? []);
  engine.way.value = way;
  render(<Stage calls={calls} />);
  const button = await screen.findByRole("button", { name: "Connection: good" });
  await user.click(button);
  const panel = screen.getByRole("complementary", { name: "Connection" });
  await within(panel).findByText("Relay over UDP");
  expect(within(panel).getAllByText("Opus")).toHaveLength(2);
  expect(within(panel).getAllByText("not known yet").length).toBeGreaterThan(0);
  act(() => {
    privacy.value = "hidden";
  });
  expect(within(panel).getByText(/only relays are used/)).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("complementary")).toBeNull();
  expect(document.activeElement).toBe(button);
  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(screen.getByRole("menuitem", { name: "Connection" }));
  expect(screen.getByRole("complementary", { name: "Connection" })).toBeTruthy();
});

it("says which step failed, and tries again", async () => {
  const user = userEvent.setup();
  const { calls, engine, link } = await inCall();
  const { way, trouble, again } = fakeWay([]);
  engine.way.value = way;
  render(<Stage calls={calls} />);
  act(() => {
    link(false);
    trouble.value = diagnose({
      ...NOTHING,
      offered: ["turn:h"],
      refusals: [{ url: "turn:h", code: 401, text: "" }],
    });
  });
  const told = screen.getByRole("alert", { name: "No connection" });
  expect(within(told).getByText(/refused the credentials/)).toBeTruthy();
  expect(within(told).getByText(/TURN_SECRET/)).toBeTruthy();
  await user.click(within(told).getByRole("button", { name: "Copy details" }));
  expect(await navigator.clipboard.readText()).toBe("Step: credentials");
  await user.click(within(told).getByRole("button", { name: "Try again" }));
  expect(again).toHaveBeenCalled();
  act(() => link(true));
  expect(screen.queryByRole("alert", { name: "No connection" })).toBeNull();
});
