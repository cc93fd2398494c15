import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ServerEvent } from "./gen";
import { Socket } from "./socket";

class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  onmessage: ((e: { data: string }) => void) | null = null;
  onclose: ((e: { code: number }) => void) | null = null;
  readonly sent: string[] = [];
  readonly url: string;
  constructor(url: URL) {
    this.url = String(url);
    FakeWebSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  closed = false;
  close(): void {
    this.closed = true;
  }
  hear(e: object): void {
    this.onmessage?.({ data: JSON.stringify(e) });
  }
}

const latest = () => {
  const socket = FakeWebSocket.all.at(-1);
  if (!socket) throw new Error("no socket was opened");
  return socket;
};
const gap = { type: "gap", state: { epoch: "e1", pos: 7 } };

let events: ServerEvent[];
let signedOut: number;
let refused: number;
let socket: Socket;

beforeEach(() => {
  vi.useFakeTimers();
  FakeWebSocket.all = [];
  events = [];
  signedOut = 0;
  refused = 0;
  vi.stubGlobal("WebSocket", FakeWebSocket);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("location", { href: "https://chat.example.org/chat" });
  socket = new Socket({
    page: "p1",
    onEvent: (e) => events.push(e),
    onSignedOut: () => {
      signedOut += 1;
    },
    onRefused: () => {
      refused += 1;
    },
  });
  socket.start();
});
afterEach(() => {
  socket.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is online once it has the state, and goes on from where it was", () => {
  expect(latest().url).toBe("wss://chat.example.org/api/v1/socket?page=p1");
  latest().hear({ type: "hello", epoch: "e1", pos: 7, page: "p1", idle_s: 75 });
  expect(socket.state.value).toBe("connecting");
  latest().hear(gap);
  expect(socket.state.value).toBe("online");
  latest().hear({ type: "typing", pos: 12, channel: "c", user: "u" });

  latest().onclose?.({ code: 1006 });
  expect(socket.state.value).toBe("offline");
  vi.advanceTimersByTime(1000);
  expect(FakeWebSocket.all).toHaveLength(2);
  expect(latest().url).toContain("epoch=e1&pos=12");
});

it("comes back when the server said, after a restart", () => {
  latest().hear(gap);
  latest().hear({ type: "bye", reason: "restart", after_ms: 5000 });
  latest().onclose?.({ code: 1012 });
  vi.advanceTimersByTime(4900);
  expect(FakeWebSocket.all).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(FakeWebSocket.all).toHaveLength(2);
});

it("answers what was asked, by its number", async () => {
  latest().hear(gap);
  const good = socket.ask({ type: "ping" });
  const bad = socket.ask({ type: "call.decline", call: "x" });
  latest().hear({ type: "error", ref: 2, error: { code: "not_found", message: "no such call" } });
  latest().hear({ type: "done", ref: 1 });
  await expect(good).resolves.toMatchObject({ ref: 1 });
  await expect(bad).rejects.toMatchObject({ code: "not_found" });
});

it("gives up a line that answers nothing", async () => {
  latest().hear(gap);
  await vi.advanceTimersByTimeAsync(25_000 + 10_000 + 1);
  expect(socket.state.value).toBe("offline");
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeWebSocket.all).toHaveLength(2);
});

it("takes the browser's word that there is no network, and that it is back", () => {
  latest().hear(gap);
  window.dispatchEvent(new Event("offline"));
  expect(socket.state.value).toBe("offline");
  window.dispatchEvent(new Event("online"));
  expect(FakeWebSocket.all).toHaveLength(2);
});

it("does not come back once the session is over", () => {
  latest().hear(gap);
  latest().onclose?.({ code: 4401 });
  vi.advanceTimersByTime(60_000);
  expect(signedOut).toBe(1);
  expect(FakeWebSocket.all).toHaveLength(1);
});

it("says when no line comes about, as it is without a session", () => {
  latest().hear({ type: "hello", epoch: "e1", pos: 7, page: "p1", idle_s: 75 });
  latest().hear(gap);
  latest().onclose?.({ code: 1006 });
  expect(refused).toBe(0);
  vi.advanceTimersByTime(1000);
  latest().onclose?.({ code: 1006 });
  expect(refused).toBe(1);
});

it("asks whether the line is alive when the network comes back", async () => {
  latest().hear(gap);
  window.dispatchEvent(new Event("online"));
  expect(latest().sent).toEqual(['{"type":"ping","ref":1}']);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(socket.state.value).toBe("offline");
});

it("gives up an attempt that gets no answer, or stops half way", async () => {
  await vi.advanceTimersByTimeAsync(10_001);
  expect(socket.state.value).toBe("offline");
  expect(latest().closed).toBe(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeWebSocket.all).toHaveLength(2);

  await vi.advanceTimersByTimeAsync(9000);
  latest().hear({ type: "hello", epoch: "e1", pos: 7, page: "p1", idle_s: 75 });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(FakeWebSocket.all).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(4000);
  expect(FakeWebSocket.all).toHaveLength(3);

  latest().hear(gap);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(socket.state.value).toBe("online");
});

it("begins a new attempt when the network or the person comes back, and hears no other", () => {
  const first = latest();
  window.dispatchEvent(new Event("online"));
  expect(FakeWebSocket.all).toHaveLength(2);
  expect(first.closed).toBe(true);
  first.hear(gap);
  first.onclose?.({ code: 1006 });
  expect(events).toEqual([]);
  expect(socket.state.value).toBe("connecting");

  document.dispatchEvent(new Event("visibilitychange"));
  expect(FakeWebSocket.all).toHaveLength(3);
  latest().hear({ type: "hello", epoch: "e1", pos: 7, page: "p1", idle_s: 75 });
  document.dispatchEvent(new Event("visibilitychange"));
  expect(FakeWebSocket.all).toHaveLength(3);
  latest().hear(gap);
  expect(socket.state.value).toBe("online");
  expect(refused).toBe(0);
});
