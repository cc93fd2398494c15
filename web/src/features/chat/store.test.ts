import { signal } from "@preact/signals";
import { beforeEach, describe, expect, it, type Mock, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { Api, ServerEvent, State } from "../../api/gen";
import type { Request } from "../../api/socket";
import { channel, row } from "./fixtures";
import type { Outbox, Unsent } from "./outbox";
import { ChatStore } from "./store";

function fakeOutbox() {
  const items = signal<readonly Unsent[]>([]);
  return {
    items,
    put: async (i: Unsent) => {
      items.value = [...items.value.filter((o) => o.clientId !== i.clientId), i];
    },
    remove: async (id: string) => {
      items.value = items.value.filter((o) => o.clientId !== id);
    },
  } as unknown as Outbox;
}

const state = (over: Partial<State> = {}): ServerEvent => ({
  type: "gap",
  state: {
    epoch: "e",
    pos: 1,
    me: {
      id: "me",
      name: "Me",
      email: "",
      role: "member",
      picture: null,
      presence: null,
      change: 1,
    },
    site: { name: "", setup_needed: false, version: "" },
    teams: [],
    channels: [channel("general", { kind: "standard", last_seq: 1, last_n: 1, last_change: 1 })],
    calls: [],
    missed_calls: 0,
    ...over,
  },
});

let api: { [K in keyof Api]?: ReturnType<typeof vi.fn> };
let outbox: Outbox;
let tell: Mock<(m: Request) => void>;
let chat: ChatStore;
const event = (m = row(2, "two")): ServerEvent => ({ type: "message", pos: 9, message: m });
const texts = () => chat.timeline("general")?.messages.map((m) => m.body);

beforeEach(async () => {
  api = {
    messageList: vi.fn(async () => ({
      messages: [row(1, "one")],
      more_before: false,
      more_after: false,
    })),
    changeList: vi.fn(async () => ({ messages: [], last_change: 1, more: false })),
    channelMark: vi.fn(async () => ({ read_seq: 1, unread: 0 })),
  };
  tell = vi.fn();
  outbox = fakeOutbox();
  chat = new ChatStore({
    api: api as unknown as Api,
    line: { tell },
    outbox,
    learn: () => {},
  });
  chat.apply(state());
  await chat.open("general");
});

describe("ChatStore", () => {
  it("shows a message before the server has it, and once after, whichever answer comes first", () => {
    chat.send("general", "two");
    const [item] = chat.pending("general");
    expect(item?.body).toBe("two");
    chat.apply(event(row(2, "two", { client_id: item?.clientId ?? "", sender: "me" })));
    expect(chat.pending("general")).toEqual([]);
    chat.sent(row(2, "two", { client_id: item?.clientId ?? "", sender: "me" }));
    expect(texts()).toEqual(["one", "two"]);
  });

  it("counts what others write as unread, until it is seen", () => {
    chat.apply(event());
    chat.apply(event());
    expect(chat.channel("general")?.unread).toBe(1);
    expect(chat.unreadTeams.value).toBe(1);
    chat.seen("general", 2);
    expect(chat.channel("general")).toMatchObject({ unread: 0, read_seq: 2 });
  });

  it("counts nothing that does not count, and not one's own", () => {
    chat.apply(event(row(2, "Ada joined", { kind: "system", n: 1 })));
    chat.apply(event(row(3, "mine", { sender: "me", n: 2 })));
    expect(chat.channel("general")?.unread).toBe(0);
  });

  it("tells the server at once what was seen, then at most every two seconds", () => {
    vi.useFakeTimers();
    chat.apply(event());
    chat.seen("general", 2);
    chat.apply(event(row(3, "three")));
    chat.seen("general", 3);
    expect(api.channelMark?.mock.calls.map(([, body]) => body.seq)).toEqual([2]);
    vi.advanceTimersByTime(2000);
    expect(api.channelMark?.mock.calls.map(([, body]) => body.seq)).toEqual([2, 3]);
    vi.useRealTimers();
  });

  it("after a gap fetches only what moved", async () => {
    chat.apply(state());
    expect(api.changeList).not.toHaveBeenCalled();
    api.changeList?.mockResolvedValue({
      messages: [row(2, "missed")],
      last_change: 2,
      more: false,
    });
    chat.apply(state({ channels: [channel("general", { last_seq: 2, last_change: 2 })] }));
    await vi.waitFor(() => expect(texts()).toEqual(["one", "missed"]));
    expect(api.changeList).toHaveBeenCalledWith({ channel: "general", after: 1, limit: 200 });
  });

  it("forgets who types after six seconds, or once it has come", () => {
    vi.useFakeTimers();
    chat.apply({ type: "typing", pos: 3, channel: "general", user: "ada" });
    chat.apply({ type: "typing", pos: 4, channel: "general", user: "ben" });
    chat.apply(event(row(2, "two", { sender: "ada" })));
    expect(chat.typing.in("general")).toEqual(["ben"]);
    vi.advanceTimersByTime(6000);
    expect(chat.typing.in("general")).toEqual([]);
    vi.useRealTimers();
  });

  it("says once more what may not have got through when the page goes", async () => {
    const answered: (() => void)[] = [];
    api.channelMark?.mockImplementation(
      () => new Promise((done) => answered.push(() => done({ read_seq: 2, unread: 0 }))),
    );
    chat.apply(event());
    chat.seen("general", 2);
    chat.flush();
    expect(api.channelMark).toHaveBeenCalledTimes(2);
    for (const answer of answered) answer();
    await Promise.resolve();
    await Promise.resolve();
    chat.flush();
    expect(api.channelMark).toHaveBeenCalledTimes(2);
  });

  it("tells a read marker again that did not get through", async () => {
    vi.useFakeTimers();
    api.channelMark?.mockRejectedValueOnce(new ApiError("offline", ""));
    chat.apply(event());
    chat.seen("general", 2);
    await vi.advanceTimersByTimeAsync(2000);
    chat.apply(state({ channels: [channel("general", { last_seq: 2, last_n: 2, unread: 1 })] }));
    expect(chat.channel("general")?.unread).toBe(0);
    expect(api.channelMark).toHaveBeenLastCalledWith({ channel: "general" }, { seq: 2 });
    expect(api.channelMark).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });

  it("is not moved back by the echo of an older marker", () => {
    chat.apply(event());
    chat.seen("general", 2);
    chat.apply({ type: "read", pos: 4, channel: "general", read_seq: 1, unread: 1 });
    expect(chat.channel("general")).toMatchObject({ read_seq: 2, unread: 0 });
  });

  it("keeps what has come while a channel was fetched", async () => {
    api.channelGet = vi.fn(async () => channel("general", { name: "Renamed", last_seq: 1 }));
    chat.apply({ type: "channel", pos: 3, channel: "general", what: "changed" });
    chat.apply(event());
    await vi.waitFor(() => expect(chat.channel("general")?.name).toBe("Renamed"));
    expect(chat.channel("general")).toMatchObject({ last_seq: 2, unread: 1 });
  });

  const page = (...messages: ReturnType<typeof row>[]) => ({
    messages,
    more_before: false,
    more_after: false,
  });
  /* An answer that is given when the test says. */
  function later<T>(call: ReturnType<typeof vi.fn> | undefined): (answer: T) => void {
    let answer: (value: T) => void = () => {};
    const answers = new Promise<T>((done) => {
      answer = done;
    });
    call?.mockReturnValueOnce(answers);
    return answer;
  }

  it("keeps what comes while the newest page is fetched", async () => {
    chat.apply({ type: "channel", pos: 8, channel: "general", what: "removed" });
    chat.apply(state());
    const answer = later(api.messageList);
    const opened = chat.open("general");
    chat.apply(event(row(2, "two")));
    answer(page(row(1, "one")));
    await opened;
    chat.apply(event(row(3, "three")));
    expect(texts()).toEqual(["one", "two", "three"]);
  });

  it("keeps an edit that comes while the page before is fetched", async () => {
    chat.apply({ type: "channel", pos: 8, channel: "general", what: "removed" });
    api.messageList?.mockResolvedValueOnce({ ...page(row(5, "five")), more_before: true });
    await chat.open("general");
    const answer = later(api.messageList);
    const grown = chat.older("general");
    chat.apply(event(row(4, "four, mended", { change: 6 })));
    answer(page(row(4, "four")));
    await grown;
    expect(texts()).toEqual(["four, mended", "five"]);
  });

  it("takes no page from further up once it has begun anew", async () => {
    chat.apply({ type: "channel", pos: 8, channel: "general", what: "removed" });
    api.messageList?.mockResolvedValueOnce({ ...page(row(5, "five")), more_before: true });
    await chat.open("general");
    const answer = later(api.messageList);
    const grown = chat.older("general");
    api.changeList?.mockResolvedValueOnce({ messages: [], last_change: 200, more: true });
    api.messageList?.mockResolvedValueOnce({ ...page(row(900, "new")), more_before: true });
    chat.apply(state({ channels: [channel("general", { last_seq: 900, last_change: 900 })] }));
    await vi.waitFor(() => expect(texts()).toEqual(["new"]));
    answer(page(row(4, "four")));
    await grown;
    expect(texts()).toEqual(["new"]);
    expect(chat.timeline("general")?.moreBefore).toBe(true);
    expect(chat.loading("general")).toBe("no");
  });

  it("asks for a change that nobody told of", async () => {
    vi.useFakeTimers();
    api.changeList?.mockResolvedValueOnce({
      messages: [
        row(1, "one", { deleted: true, body: "", change: 2 }),
        row(2, "two", { change: 3 }),
      ],
      last_change: 3,
      more: false,
    });
    chat.apply(event(row(2, "two", { change: 3 })));
    await vi.advanceTimersByTimeAsync(5000);
    expect(api.changeList).toHaveBeenCalledTimes(1);
    expect(api.changeList).toHaveBeenCalledWith({ channel: "general", after: 1, limit: 200 });
    expect(chat.timeline("general")).toMatchObject({
      change: 3,
      messages: [{ deleted: true }, {}],
    });
    vi.useRealTimers();
  });

  it("asks for nothing when two events come swapped", async () => {
    vi.useFakeTimers();
    chat.apply(event(row(3, "three")));
    chat.apply(event(row(2, "two")));
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts()).toEqual(["one", "two", "three"]);
    expect(api.changeList).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it("asks for what a state tells of that came while the newest page was fetched", async () => {
    chat.apply({ type: "channel", pos: 8, channel: "general", what: "removed" });
    chat.apply(state());
    const answer = later(api.messageList);
    const opened = chat.open("general");
    chat.apply(state({ channels: [channel("general", { last_seq: 2, last_change: 2 })] }));
    api.changeList?.mockResolvedValueOnce({
      messages: [row(2, "missed")],
      last_change: 2,
      more: false,
    });
    answer(page(row(1, "one")));
    await opened;
    await vi.waitFor(() => expect(texts()).toEqual(["one", "missed"]));
  });

  it("asks again for a channel that did not get through", async () => {
    vi.useFakeTimers();
    api.channelGet = vi.fn(async () => channel("new"));
    api.channelGet.mockRejectedValueOnce(new ApiError("unavailable", "", { status: 503 }));
    chat.apply({ type: "channel", pos: 3, channel: "new", what: "added" });
    await vi.advanceTimersByTimeAsync(0);
    expect(chat.channel("new")).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    expect(chat.channel("new")).toBeDefined();

    api.channelGet.mockRejectedValue(new ApiError("not_found", "", { status: 404 }));
    chat.apply({ type: "channel", pos: 4, channel: "other", what: "added" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.channelGet).toHaveBeenCalledTimes(3);
    vi.useRealTimers();
  });

  it("asks for no channel any more once it has ended", async () => {
    vi.useFakeTimers();
    api.channelGet = vi.fn(async () => {
      throw new ApiError("offline", "");
    });
    chat.apply({ type: "channel", pos: 3, channel: "new", what: "added" });
    await vi.advanceTimersByTimeAsync(0);
    chat.end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(api.channelGet).toHaveBeenCalledTimes(1);
    vi.useRealTimers();
  });

  it("does not bring back a channel that one left while it was fetched", async () => {
    api.channelGet = vi.fn(async () => {
      throw new ApiError("not_found", "", { status: 404 });
    });
    const answer = later(api.channelGet);
    chat.apply({ type: "channel", pos: 3, channel: "general", what: "changed" });
    chat.apply({ type: "channel", pos: 4, channel: "general", what: "removed" });
    answer(channel("general"));
    await vi.waitFor(() => expect(api.channelGet).toHaveBeenCalledTimes(2));
    expect(chat.channel("general")).toBeUndefined();
  });

  it("tells of one's typing once in a while, in each channel", () => {
    chat.typed("general");
    chat.typed("general");
    chat.typed("other");
    expect(tell.mock.calls.map(([e]) => e)).toEqual([
      { type: "typing", channel: "general" },
      { type: "typing", channel: "other" },
    ]);
    chat.send("general", "two");
    chat.typed("general");
    expect(tell).toHaveBeenCalledTimes(3);
  });

  it("begins anew once the line is back when catching up failed", async () => {
    api.changeList?.mockRejectedValueOnce(new ApiError("offline", ""));
    chat.apply(state({ channels: [channel("general", { last_seq: 2, last_change: 2 })] }));
    await vi.waitFor(() => expect(chat.timeline("general")).toBeNull());
    api.messageList?.mockRejectedValueOnce(new ApiError("offline", ""));
    await chat.open("general");
    expect(chat.loading("general")).toBe("failed");
    chat.apply({ type: "resumed", pos: 9, count: 0 });
    expect(chat.loading("general")).toBe("no");
    await chat.open("general");
    expect(texts()).toEqual(["one"]);
  });
});
