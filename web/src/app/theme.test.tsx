import { afterEach, expect, it, vi } from "vitest";
import { Scope } from "../lib/scope";
import { Theme } from "./theme";

function system(wants: { dark?: boolean; contrast?: boolean }) {
  const media = new Map<string, EventTarget & { matches: boolean }>();
  vi.stubGlobal("matchMedia", (query: string) => {
    const matches = query.includes("contrast") ? wants.contrast : wants.dark;
    const list = Object.assign(new EventTarget(), { matches: matches ?? false });
    media.set(query, list);
    return list;
  });
  return (query: string, matches: boolean) => {
    const list = media.get(query);
    if (!list) throw new Error(query);
    list.matches = matches;
    list.dispatchEvent(new Event("change"));
  };
}

let page = new Scope();
const shown = () => document.documentElement.dataset.theme;
afterEach(() => {
  page.end();
  page = new Scope();
  localStorage.clear();
  vi.unstubAllGlobals();
});

it("follows the system until something is chosen", () => {
  const change = system({ dark: true });
  const theme = new Theme();
  theme.start(page);
  expect(shown()).toBe("dark");
  change("(prefers-contrast: more)", true);
  expect(shown()).toBe("hc");
  theme.set("light");
  change("(prefers-color-scheme: dark)", true);
  expect(shown()).toBe("light");
});

it("remembers the choice", () => {
  system({});
  new Theme().set("hc");
  const theme = new Theme();
  theme.start(page);
  expect([theme.choice.value, shown()]).toEqual(["hc", "hc"]);
});
