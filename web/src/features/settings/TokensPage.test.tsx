import { render, screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ApiToken, Me } from "../../api/gen";
import { TokensPage } from "./TokensPage";

const token: ApiToken = {
  id: "t",
  name: "Build server",
  scopes: ["read", "write"],
  created_at: 0,
  expires_at: null,
  last_used_at: null,
};
const me = { role: "member" } as Me;
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

function page(tokens: readonly ApiToken[], role: Me["role"] = "member") {
  const api = {
    tokenList: vi.fn(async () => ({ tokens })),
    tokenCreate: vi.fn(async () => ({ token, secret: "cvn_secret" })),
    tokenEnd: vi.fn(async () => undefined),
  };
  render(<TokensPage api={api} me={{ ...me, role }} onDone={() => {}} />);
  return api;
}

it("makes a token with what it may and until when, and shows its text once", async () => {
  const api = page([]);
  await screen.findByText("You have none.");
  await press("New token");
  await userEvent.type(screen.getByLabelText("What is it for?"), "Build server");
  expect(screen.queryByLabelText("Administer"), "a member rules nothing").toBeNull();
  await userEvent.click(screen.getByLabelText("Read"));
  await press("Create");
  await screen.findByText("Choose one at least.");
  await userEvent.click(screen.getByLabelText("Read"));
  await userEvent.click(screen.getByLabelText("Write"));
  await userEvent.selectOptions(screen.getByLabelText("When does it end?"), "7");
  await press("Create");
  const secret = await screen.findByLabelText<HTMLInputElement>("Token");
  expect(secret.value).toBe("cvn_secret");
  expect(api.tokenCreate).toHaveBeenCalledWith({
    name: "Build server",
    scopes: ["read", "write"],
    expires_in_s: 604_800,
  });
  await press("I have kept it");
  expect(screen.queryByText("cvn_secret")).toBeNull();
});

it("ends a token once that is confirmed", async () => {
  const api = page([token]);
  const list = await screen.findByRole("list", { name: "API tokens" });
  expect(list.textContent).toContain("Read, write · no end · never used");
  await press("End Build server");
  await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "End" }));
  await waitFor(() => expect(api.tokenEnd).toHaveBeenCalledWith({ token: "t" }));
});

it("lets an administrator allow what an administrator may", async () => {
  page([], "admin");
  await screen.findByText("You have none.");
  await press("New token");
  screen.getByLabelText("Administer");
});
