import { expect, it } from "vitest";
import type { SignIn } from "../../api/gen";
import { problemIn } from "./back";
import { problemText } from "./problems";

const ways: SignIn = {
  local_accounts: true,
  mail: false,
  providers: [{ id: "oidc", name: "Contoso", kind: "oidc" }],
};

const CODES = [
  "denied",
  "flow_lost",
  "provider_down",
  "provider_wrong",
  "not_invited",
  "domain",
  "email_taken",
  "email_unverified",
  "deactivated",
  "connected_elsewhere",
  "too_many",
  "too_often",
  "set_up",
  "unavailable",
  "ended",
];

it("has words of its own for each, with what to do next", () => {
  const said = CODES.map((code) => problemText({ code, provider: "oidc" }, ways));
  expect(new Set(said.map((t) => t.what)).size).toBe(CODES.length);
  for (const { what, next } of said) {
    expect(what).toMatch(/^[A-Z].*\.$/u);
    expect(next).toMatch(/^[A-Z].*\.$/u);
  }
});

it("says something of what it does not know, and names no provider that it does not know", () => {
  const { what } = problemText({ code: "<b>new", provider: "x" }, null);
  expect(what).toBe("Signing in did not work.");
  const down = problemText({ code: "provider_down", provider: "x" }, { ...ways, providers: [] });
  expect(down.what).toBe("The provider does not answer.");
});

it("reads the address", () => {
  expect(problemIn("problem=denied&provider=google")).toEqual({
    code: "denied",
    provider: "google",
  });
  expect(problemIn("problem=denied")).toEqual({ code: "denied", provider: "" });
  expect(problemIn("AAAA")).toBeNull();
  expect(problemIn("")).toBeNull();
});
