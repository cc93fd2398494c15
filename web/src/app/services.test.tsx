import "fake-indexeddb/auto";
import { afterEach, expect, it, vi } from "vitest";
import type { Api, Me } from "../api/gen";
import { Services } from "./services";

const ada: Me = {
  id: "u1",
  name: "Ada",
  email: "ada@example.org",
  role: "member",
  picture: null,
  presence: null,
  change: 1,
};

afterEach(() => {
  vi.unstubAllGlobals();
});

it("leaves nothing behind that ends before it has started", async () => {
  const signals: AbortSignal[] = [];
  const request = vi.fn((_: string, { signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  vi.stubGlobal(
    "WebSocket",
    class {
      close() {}
    },
  );
  vi.stubGlobal(
    "BroadcastChannel",
    class {
      close() {}
    },
  );
  vi.stubGlobal("navigator", { locks: { request } });
  const services = new Services({
    api: {} as Api,
    me: ada,
    onSignedOut: () => {},
    openChat: () => {},
  });
  const started = services.start();
  services.end();
  await started;
  expect(signals.every((s) => s.aborted)).toBe(true);
  await new Promise<void>((gone, fail) => {
    const asked = indexedDB.deleteDatabase("convene-outbox-u1");
    asked.onsuccess = () => gone();
    asked.onblocked = () => fail(new Error("the outbox is still open"));
  });
});
