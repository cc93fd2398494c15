import { expect, it, vi } from "vitest";

vi.stubGlobal("location", { pathname: "/", search: "", href: "https://x/" });
const { placeOf } = await import("./places");

it("knows where an address leads", () => {
  expect(placeOf("/chat/7")).toEqual({ area: "chat", id: "7" });
  expect(placeOf("/teams")).toEqual({ area: "teams", id: undefined });
  expect(placeOf("/settings")).toEqual({ area: "settings", id: undefined });
  expect(placeOf("/settings/security")).toEqual({ area: "settings", id: "security" });
  expect(placeOf("/")).toEqual({ area: "chat", id: undefined });
  expect(placeOf("/calls/")).toEqual({ area: "calls", id: undefined });
  expect(placeOf("/people")).toEqual({ area: "nowhere", id: undefined });
  expect(placeOf("/chat/7/8")).toEqual({ area: "nowhere", id: undefined });
});
