import { afterEach, expect, it, vi } from "vitest";
import { forget, stored } from "./storage";

const isNumber = (value: unknown): value is number => typeof value === "number";

function fakeStorage(over: Partial<Storage> = {}): Map<string, string> {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
    key: (i: number) => [...kept.keys()][i] ?? null,
    get length() {
      return kept.size;
    },
    ...over,
  });
  return kept;
}

afterEach(() => vi.unstubAllGlobals());

it("keeps a value and falls back on what it cannot use", () => {
  const kept = fakeStorage();
  const width = stored("width", 320, isNumber);
  expect(width.get()).toBe(320);
  width.set(400);
  expect(stored("width", 320, isNumber).get()).toBe(400);
  for (const rubbish of ["", "{", '"400"', "null"]) {
    kept.set("convene.width", rubbish);
    expect(width.get()).toBe(320);
  }
  width.clear();
  expect(kept.size).toBe(0);
});

it("lasts as long as the page where nothing can be kept", () => {
  const refuse = () => {
    throw new Error("no storage");
  };
  fakeStorage({ getItem: refuse, setItem: refuse, removeItem: refuse });
  const width = stored("width", 320, isNumber);
  width.set(400);
  expect(width.get()).toBe(400);
  width.clear();
  expect(width.get()).toBe(320);
});

it("forgets what begins alike, and nothing else", () => {
  const kept = fakeStorage();
  for (const key of ["draft.me.a", "draft.me.b", "draft.you.a"]) stored(key, 0, isNumber).set(1);
  forget("draft.me.");
  expect([...kept.keys()]).toEqual(["convene.draft.you.a"]);
});
