import { act, render, screen } from "@testing-library/preact";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
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
