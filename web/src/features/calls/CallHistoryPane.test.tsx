import { render, screen } from "@testing-library/preact";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { CallDetails } from "./CallDetails";
import { CallHistoryPane } from "./CallHistoryPane";
import { gap, record, setUp } from "./fixtures";
import { CallHistory } from "./history";

const people = { nameOf: () => "Mei Tanaka", stateOf: () => undefined };

function made(missedOnes: readonly string[] = []) {
  const callList = vi.fn(async ({ missed }: { readonly missed?: boolean }) => ({
    calls: missed
      ? missedOnes.map((id) => record(id, { outcome: "missed", duration_ms: 0 }))
      : [record("c2", { video: true }), record("c1", { direction: "out", outcome: "declined" })],
    more: false,
  }));
  const callsSeen = vi.fn(async () => undefined);
  const history = new CallHistory({ callList, callsSeen }, () => {});
  history.apply(gap([], 1));
  return { history, callsSeen };
}

it("lists the calls and marks the missed ones as seen", async () => {
  const { history, callsSeen } = made();
  render(<CallHistoryPane history={history} people={people} current="c2" />);
  const link = await screen.findByRole("link", { name: /Incoming video call, 12m 4s/ });
  expect(link.getAttribute("href")).toBe("/calls/c2");
  expect(link.getAttribute("aria-current")).toBe("true");
  expect(screen.getByText("Outgoing call, declined")).toBeTruthy();
  expect(callsSeen).toHaveBeenCalledOnce();
});

it("filters the missed ones, and says when there are none", async () => {
  const { history } = made();
  render(<CallHistoryPane history={history} people={people} current={null} />);
  await userEvent.click(await screen.findByRole("button", { name: "Missed" }));
  expect(await screen.findByText("No missed calls")).toBeTruthy();
});

it("shows who it was and calls back", async () => {
  const { history } = made();
  await history.load();
  const { calls, sent } = setUp();
  render(<CallDetails calls={calls} history={history} people={people} id="c1" />);
  expect(screen.getByRole("heading", { name: "Mei Tanaka" })).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Audio call" }));
  expect(sent[0]).toMatchObject({ type: "call.start", channel: "chat-1", video: false });
});
