import { signal } from "@preact/signals";
import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import type { Api, State } from "../../api/gen";
import { PeopleStore } from "../people";
import { channel, row } from "./fixtures";
import { MessageList } from "./MessageList";
import type { Outbox, Unsent } from "./outbox";
import { ChatStore } from "./store";

const general = channel("general", { last_seq: 3, last_n: 3, last_change: 3, read_seq: 3 });
const me = {
  id: "me",
  name: "Me",
  email: "",
  role: "member",
  picture: null,
  presence: null,
  change: 1,
} as const;
const messages = [
  row(1, "look at https://example.org/notes"),
  row(2, "<b>bold?</b>", { sender: "me" }),
  row(3, "Call missed", { kind: "call", data: { outcome: "missed", caller: "ada", video: true } }),
];

let unsent: ReturnType<typeof signal<readonly Unsent[]>>;
let onCall: ReturnType<typeof vi.fn<(video: boolean) => void>>;
let chat: ChatStore;

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  const api = {
    messageList: async () => ({ messages, more_before: false, more_after: false }),
    channelMark: async () => ({ read_seq: 3, unread: 0 }),
    peopleList: async () => ({ people: [] }),
  } as unknown as Api;
  unsent = signal<readonly Unsent[]>([]);
  const outbox = {
    items: unsent,
    put: async (item: Unsent) => {
      unsent.value = [item];
    },
    remove: async () => {
      unsent.value = [];
    },
  } as unknown as Outbox;
  const line = { tell: () => {} };
  chat = new ChatStore({ api, line, outbox, learn: () => {} });
  const state = { me, teams: [], channels: [general], calls: [] } as unknown as State;
  chat.apply({ type: "gap", state });
  onCall = vi.fn<(video: boolean) => void>();
  const people = new PeopleStore(api, line);
  people.learn([
    {
      id: "ada",
      name: "Ada Example",
      email: "",
      role: "member",
      active: true,
      picture: null,
      bot: false,
    },
  ]);
  render(<MessageList channel={general} chat={chat} people={people} onCall={onCall} />);
});

it("shows rows as text with links, and a missed call that can be called back", async () => {
  await screen.findByText("<b>bold?</b>");
  expect(screen.getByRole("link").getAttribute("href")).toBe("https://example.org/notes");
  await userEvent.click(screen.getByRole("button", { name: "Call back" }));
  expect(onCall).toHaveBeenCalledWith(true);
});

it("is one stop of the keyboard, with a way into a message and out again", async () => {
  const first = await screen.findByRole("article", { name: /look at/ });
  const newest = screen.getByRole("article", { name: "Call missed" });
  await waitFor(() => expect([first.tabIndex, newest.tabIndex]).toEqual([-1, 0]));
  first.focus();
  await userEvent.keyboard("{ArrowDown}");
  expect(document.activeElement?.getAttribute("aria-label")).toContain("You");
  await userEvent.keyboard("{ArrowUp}{Enter}");
  const inside = document.activeElement;
  expect(inside !== first && first.contains(inside)).toBe(true);
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement).toBe(first);
});

it("says why a message was not sent, and lets it be sent again or dropped", async () => {
  await screen.findByText("<b>bold?</b>");
  const failed = { clientId: "c9", channel: "general", body: "lost", at: 0, failed: "Too long." };
  unsent.value = [failed];
  await screen.findByText("Not sent. Too long.");
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(unsent.value).toEqual([{ ...failed, failed: null }]);
  await screen.findByText("Sending");
  unsent.value = [failed];
  await userEvent.click(await screen.findByRole("button", { name: "Delete" }));
  expect(screen.queryByText("lost")).toBeNull();
});
