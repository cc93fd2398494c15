import "fake-indexeddb/auto";
import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import { ApiError, offline } from "../../api/errors";
import type { Api, Message } from "../../api/gen";
import { Scope } from "../../lib/scope";
import { row } from "./fixtures";
import { Outbox, type Unsent } from "./outbox";
import { Sender } from "./sender";

vi.stubGlobal("navigator", {}); /* no locks: the one tab there is sends */

let users = 0;
const unsent = (clientId: string, at: number, over: Partial<Unsent> = {}): Unsent => ({
  clientId,
  channel: "general",
  body: clientId,
  at,
  failed: null,
  ...over,
});

async function house(send: Api["messageSend"], online = signal(true)) {
  users += 1;
  const outbox = new Outbox(`user${users}`);
  await outbox.start();
  const sent: Message[] = [];
  const troubles: (string | null)[] = [];
  const scope = new Scope();
  new Sender({
    api: { messageSend: send },
    outbox,
    online,
    onSent: (m) => sent.push(m),
    onTrouble: (text) => troubles.push(text),
  }).start(scope);
  return { outbox, sent, troubles, online, end: () => scope.end() };
}

it("sends in order, one of a channel at a time", async () => {
  const order: string[] = [];
  let flying = 0;
  const { outbox, sent, end } = await house(async (_, { client_id }) => {
    flying += 1;
    expect(flying).toBe(1);
    order.push(client_id);
    await Promise.resolve();
    flying -= 1;
    return row(order.length, client_id);
  });
  await Promise.all([
    outbox.put(unsent("a", 1)),
    outbox.put(unsent("b", 2)),
    outbox.put(unsent("c", 3)),
  ]);
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  expect(order).toEqual(["a", "b", "c"]);
  expect(outbox.items.value).toEqual([]);
  end();
});

it("keeps what waits over a reload, and sends it once there is a line", async () => {
  const first = await house(() => Promise.reject(offline()), signal(false));
  await first.outbox.put(unsent("a", 1));
  first.end();
  first.outbox.stop();

  const again = new Outbox(`user${users}`);
  await again.start();
  expect(again.items.value.map((i) => i.clientId)).toEqual(["a"]);
  await again.wipe();
  expect(again.items.value).toEqual([]);
});

it("says why a message was refused, and goes on with the next", async () => {
  const { outbox, sent, end } = await house(async (_, { client_id }) => {
    if (client_id === "a") throw new ApiError("too_long", "Too long", { status: 400 });
    return row(1, client_id);
  });
  await Promise.all([outbox.put(unsent("a", 1)), outbox.put(unsent("b", 2))]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(outbox.items.value).toMatchObject([{ clientId: "a", failed: "Too long" }]);
  end();
});

it("goes on when the browser keeps nothing more, and forgets nothing on this page", async () => {
  const { outbox, sent, end } = await house(async (_, { client_id }) => {
    if (client_id === "a") throw new ApiError("too_long", "Too long", { status: 400 });
    return row(1, client_id);
  });
  const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await Promise.all([outbox.put(unsent("a", 1)), outbox.put(unsent("b", 2))]);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  full.mockRestore();
  const other = new Outbox(outbox.name.replace("convene-outbox-", ""));
  await other.start();
  await other.put(unsent("c", 3, { failed: "refused" }));
  await vi.waitFor(() => expect(outbox.items.value.map((i) => i.clientId)).toEqual(["a", "c"]));
  expect(outbox.items.value[0]?.failed).toBe("Too long");
  other.stop();
  end();
});

it("tries again what could not get through", async () => {
  let tries = 0;
  const { outbox, sent, end } = await house(async (_, { client_id }) => {
    tries += 1;
    if (tries === 1) throw new ApiError("unavailable", "Busy", { status: 503, retryAfterMs: 5 });
    return row(1, client_id);
  });
  await outbox.put(unsent("a", 1));
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(tries).toBe(2);
  end();
});

it("waits for as long as the server says, whatever is written meanwhile", async () => {
  const tries: string[] = [];
  const online = signal(true);
  const { outbox, sent, end } = await house(async (_, { client_id }) => {
    tries.push(client_id);
    if (tries.length === 1)
      throw new ApiError("rate_limited", "Slow", { status: 429, retryAfterMs: 150 });
    return row(tries.length, client_id);
  }, online);
  await outbox.put(unsent("a", 1));
  await vi.waitFor(() => expect(tries).toEqual(["a"]));
  await outbox.put(unsent("b", 2));
  await outbox.put(unsent("c", 3, { channel: "other" }));
  online.value = false;
  online.value = true;
  await new Promise((done) => setTimeout(done, 50));
  expect(tries).toEqual(["a"]);
  await vi.waitFor(() => expect(sent).toHaveLength(3));
  expect(tries.filter((id) => id !== "c")).toEqual(["a", "a", "b"]);
  end();
});

it("tries again at once when there is a line again", async () => {
  let tries = 0;
  const online = signal(true);
  const { outbox, sent, end } = await house(async (_, { client_id }) => {
    tries += 1;
    if (tries === 1) throw offline();
    return row(1, client_id);
  }, online);
  await outbox.put(unsent("a", 1));
  await vi.waitFor(() => expect(tries).toBe(1));
  await outbox.put(unsent("b", 2, { channel: "other" }));
  expect(tries).toBe(1);
  online.value = false;
  online.value = true;
  await vi.waitFor(() => expect(sent).toHaveLength(2), { timeout: 400 });
  end();
});

it("says why nothing can be stored from the second refusal on, until something is", async () => {
  let tries = 0;
  const full = () => new ApiError("storage_full", "The server's disk is full.", { status: 507 });
  const { outbox, sent, troubles, end } = await house(async () => {
    tries += 1;
    if (tries < 3) throw full();
    return row(1, "a");
  });
  await outbox.put(unsent("a", 1));
  await vi.waitFor(() => expect(sent).toHaveLength(1), 10_000);
  expect(troubles).toEqual([
    "Messages cannot be stored at the moment. The server's disk is full. Yours are kept here and sent as soon as that works again.",
    null,
  ]);
  end();
});
