import { act, render, screen } from "@testing-library/preact";
import { userEvent } from "@testing-library/user-event";
import { expect, it } from "vitest";
import { callCommands } from "./commands";
import { call, done, leg, ME, mine, PEER, setUp, told } from "./fixtures";
import { Rings } from "./Rings";

const toMe = call(1, [leg("leg-a", PEER, "joined"), leg("leg-r", ME, "ringing")], {
  state: "ringing",
  caller: PEER,
  video: true,
});
const answered = call(2, [leg("leg-a", PEER, "joined"), mine()], { caller: PEER });

it("says who calls, and is gone when the caller gives up", () => {
  const { calls } = setUp();
  render(<Rings calls={calls} />);
  act(() => calls.apply(told(toMe)));
  expect(
    screen.getByRole("alertdialog", { name: "Incoming video call from Mei Tanaka" }),
  ).toBeTruthy();
  act(() => calls.apply(told({ ...toMe, change: 2, state: "ended", reason: "cancelled" })));
  expect(screen.queryByRole("alertdialog")).toBeNull();
});

it("answers with audio, with video, and declines", async () => {
  const user = userEvent.setup();
  for (const [name, type, camera] of [
    ["Accept with audio", "call.join", false],
    ["Accept with video", "call.join", true],
    ["Decline", "call.decline", undefined],
  ] as const) {
    const { calls, sent } = setUp(async () => done(answered));
    calls.apply(told(toMe));
    const { unmount } = render(<Rings calls={calls} />);
    await user.click(screen.getByRole("button", { name }));
    expect(sent[0]).toMatchObject(camera === undefined ? { type } : { type, camera });
    expect(screen.queryByRole("alertdialog")).toBeNull();
    unmount();
  }
});

it("offers to end the call that runs", async () => {
  const first = { ...answered, id: "call-0", channel: "chat-0" };
  const { calls, sent } = setUp(async () => done(first));
  await calls.start("chat-0", false, "user-x");
  calls.apply(told(toMe));
  render(<Rings calls={calls} />);
  await userEvent.click(screen.getByRole("button", { name: "End and answer with audio" }));
  expect(sent.map((m) => m.type)).toEqual(["call.start", "call.leave", "call.join"]);
});

it("answers to its keys only while it rings", () => {
  const { calls, sent } = setUp();
  const decline = callCommands(calls).find((c) => c.key === "Ctrl+Shift+D");
  expect(decline?.when()).toBe(false);
  calls.apply(told(toMe));
  expect(decline?.when()).toBe(true);
  decline?.run();
  expect(sent[0]).toEqual({ type: "call.decline", call: "call-1" });
});
