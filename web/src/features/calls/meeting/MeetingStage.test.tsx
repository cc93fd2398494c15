import { act, render, screen, within } from "@testing-library/preact";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Call, Leg, ServerEvent } from "../../../api/gen";
import type { RoomEvent } from "../engine/roomContract";
import { done, ME, meeting as meetingOf, PEER, seat, setUp, told } from "../fixtures";
import { Layer } from "../Layer";
import { MeetingBanner } from "../MeetingBanner";

vi.mock("../engine/room", async () => {
  const { signal } = await import("@preact/signals");
  class Room {
    readonly pictures = signal(new Map());
    readonly voices = signal([]);
    readonly late = signal(false);
    readonly since = signal(null);
    readonly privacy = signal("room");
    readonly report = async () => null;
    readonly show = vi.fn();
    readonly take = vi.fn();
    readonly replace = vi.fn();
    readonly publish = vi.fn();
    readonly restart = vi.fn();
    readonly again = vi.fn();
    readonly close = vi.fn();
  }
  return { Room };
});

const me = seat(2, ME, { page: "page-1" });
const room = (change: number, legs: readonly Leg[], more: Partial<Call> = {}) =>
  meetingOf(change, legs, { caller: PEER, ...more });
const event = (e: RoomEvent) => e as unknown as ServerEvent;

async function inMeeting({ rules = false, legs = [seat(1, PEER), me, seat(3, "user-c")] } = {}) {
  const all = setUp(async () => ({ ...done(room(1, legs)), leg: "leg-2" }));
  all.places.set("chat-1", { title: "Launch plan", group: true, rules });
  await all.calls.start("chat-1", false);
  await vi.waitFor(() => expect(all.calls.meeting.value).not.toBeNull());
  all.sent.length = 0;
  render(<Layer calls={all.calls} thread={(id) => <p>Thread of {id}</p>} />);
  return { ...all, user: userEvent.setup() };
}

const tile = (name: string) =>
  screen.getAllByRole("listitem").find((li) => li.textContent?.includes(name)) as HTMLElement;

it("shows everybody with what is to be known of them", async () => {
  const legs = [seat(1, PEER, { mic: false, hand: 4 }), me, seat(3, "user-c", { state: "lost" })];
  const { calls } = await inMeeting({ legs });
  expect(screen.getByRole("region", { name: "Meeting Launch plan" })).toBeTruthy();
  expect(within(tile("Mei Tanaka")).getByText("Muted:")).toBeTruthy();
  expect(within(tile("Mei Tanaka")).getByText("Hand raised")).toBeTruthy();
  expect(within(tile("Alex Rivera")).getByText("Reconnecting…")).toBeTruthy();
  expect(tile("You")).toBeTruthy();
  act(() =>
    calls.apply(
      event({
        type: "call.speakers",
        call: "call-1",
        speakers: [{ leg: "leg-3", level: 50 }],
        dominant: "leg-3",
      }),
    ),
  );
  expect(tile("Alex Rivera").dataset.speaking).toBe("true");
});

it("raises a hand, reacts, and turns to the speaker", async () => {
  const { user, sent } = await inMeeting();
  await user.click(screen.getByRole("button", { name: "Raise hand" }));
  expect(sent.at(-1)).toMatchObject({ type: "call.media", hand: true });
  await user.click(screen.getByRole("button", { name: "React" }));
  await user.click(screen.getByRole("menuitem", { name: "Applause" }));
  expect(sent.at(-1)).toEqual({ type: "call.react", call: "call-1", reaction: "applause" });
  expect(within(tile("You")).getByRole("img", { name: "Applause" })).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "View" }));
  await user.click(screen.getByRole("menuitemradio", { name: "Speaker" }));
  const stage = screen.getByRole("list", { name: "On the stage" });
  expect(within(stage).getAllByRole("listitem")).toHaveLength(1);
});

it("pins and unpins", async () => {
  const { user } = await inMeeting();
  await user.click(screen.getByRole("button", { name: "View of Alex Rivera" }));
  await user.click(screen.getByRole("menuitem", { name: "Pin" }));
  const stage = screen.getByRole("list", { name: "On the stage" });
  expect(within(stage).getByText("Pinned:")).toBeTruthy();
  await user.click(within(stage).getByRole("button", { name: "View of Alex Rivera" }));
  await user.click(screen.getByRole("menuitem", { name: "Unpin" }));
  expect(screen.queryByRole("list", { name: "On the stage" })).toBeNull();
});

it("gives the stage to shared screens, several at once", async () => {
  const legs = [seat(1, PEER, { screen: true }), me, seat(3, "user-c", { screen: true })];
  await inMeeting({ legs });
  const stage = screen.getByRole("list", { name: "On the stage" });
  expect(within(stage).getByText("Mei Tanaka's screen")).toBeTruthy();
  expect(within(stage).getByText("Alex Rivera's screen")).toBeTruthy();
});

it("lets those who may mute, remove and end, and nobody else", async () => {
  const { user, sent, calls } = await inMeeting({ rules: true });
  await user.click(screen.getByRole("button", { name: "People 3" }));
  const panel = screen.getByRole("complementary", { name: "People" });
  await user.click(within(panel).getByRole("button", { name: "Mute all" }));
  expect(sent.at(-1)).toEqual({ type: "call.mute", call: "call-1", leg: null });
  await user.click(within(panel).getByRole("button", { name: "What to do with Mei Tanaka" }));
  await user.click(screen.getByRole("menuitem", { name: "Remove from the meeting" }));
  expect(sent.at(-1)).toEqual({ type: "call.remove", call: "call-1", leg: "leg-1" });
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: "Ways to leave" }));
  await user.click(screen.getByRole("menuitem", { name: "End for all" }));
  await user.click(screen.getByRole("button", { name: "End for all" }));
  expect(sent.at(-1)).toEqual({ type: "call.end", call: "call-1" });
  act(() => calls.apply(told(room(2, [me], { state: "ended", reason: "hangup" }))));
  expect(calls.held.value.phase).toBe("idle");
});

it("shows hands in their order", async () => {
  const legs = [seat(1, PEER, { hand: 9 }), me, seat(3, "user-c", { hand: 5 })];
  const { user } = await inMeeting({ legs });
  await user.click(screen.getByRole("button", { name: "People 3" }));
  const hands = screen.getByRole("list", { name: "Raised hands (2)" });
  expect(
    within(hands)
      .getAllByRole("listitem")
      .map((li) => li.textContent),
  ).toEqual([
    expect.stringMatching(/^1\..*Alex Rivera/),
    expect.stringMatching(/^2\..*Mei Tanaka/),
  ]);
  expect(screen.queryByRole("button", { name: "Mute all" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Ways to leave" })).toBeNull();
});

it("shows the chat's own thread beside the stage", async () => {
  const { user } = await inMeeting();
  await user.click(screen.getByRole("button", { name: "Chat" }));
  const panel = screen.getByRole("complementary", { name: "Chat" });
  expect(within(panel).getByText("Thread of chat-1")).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("complementary")).toBeNull();
});

it("says when somebody is alone, and when a way is not found", async () => {
  const { calls } = await inMeeting();
  act(() => {
    const late = calls.meeting.value?.room.value?.late as { value: boolean };
    late.value = true;
  });
  expect(screen.getByText(/do not reach the server/)).toBeTruthy();
  act(() => calls.apply(told(room(2, [me], { kind: "pair" }))));
  expect(screen.getByText(/You are alone here/)).toBeTruthy();
});

it("tells in the chat of a meeting in progress", async () => {
  const { calls, sent, places } = setUp(async () => done(room(2, [seat(1, PEER)])));
  places.set("chat-1", { title: "Launch plan", group: true, rules: false });
  calls.apply(told(room(1, [seat(1, PEER), seat(3, "user-c")])));
  render(<MeetingBanner calls={calls} channel="chat-1" />);
  expect(screen.getByText("Meeting in progress · 2 people")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Join" }));
  expect(sent).toContainEqual({ type: "call.join", call: "call-1", mic: true, camera: false });
});
