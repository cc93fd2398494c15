import { afterEach, expect, it } from "vitest";
import { keepPlace, placeKept } from "./back";

afterEach(() => sessionStorage.clear());

it("keeps a path of ours and nothing else", () => {
  expect(placeKept()).toBe("/chat");
  keepPlace("/teams/7?x=1");
  expect(placeKept()).toBe("/teams/7?x=1");
  for (const foreign of ["//evil.example", "/\\evil.example", "https://evil.example", ""]) {
    keepPlace(foreign);
    expect(placeKept()).toBe("/chat");
  }
});
