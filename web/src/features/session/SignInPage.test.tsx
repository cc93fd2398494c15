import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { Api, SignIn } from "../../api/gen";
import { placeKept } from "./back";
import { SignInPage } from "./SignInPage";
import { SessionStore } from "./store";

const LOCAL: SignIn = { local_accounts: true, mail: true, providers: [] };
const BOTH: SignIn = {
  ...LOCAL,
  providers: [
    { id: "google", name: "Google", kind: "google" },
    { id: "oidc", name: "Contoso", kind: "oidc" },
  ],
};

const leaveTo = vi.fn();
async function page(api: Partial<Api>, ways = LOCAL): Promise<SessionStore> {
  const store = new SessionStore({ signInGet: async () => ways, ...api } as Api, leaveTo);
  await store.loadWays();
  render(<SignInPage session={store} returnTo="/chat/7" />);
  return store;
}
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const type = (label: string, text: string) => userEvent.type(screen.getByLabelText(label), text);

async function fill() {
  await type("Email", "ada@example.org");
  await type("Password", "a long password");
  await press("Sign in");
}
const PAIR = { email: "ada@example.org", password: "a long password" };

afterEach(() => sessionStorage.clear());

it("signs in, and says plainly when the password is wrong", async () => {
  const wrong = new ApiError("wrong_password", "no");
  const sessionCreate = vi.fn().mockRejectedValueOnce(wrong).mockResolvedValue({ id: "me" });
  const store = await page({ sessionCreate });
  await fill();
  await screen.findByText("The address or the password is wrong.");
  await press("Sign in");
  await waitFor(() => expect(store.who.value).toEqual({ id: "me" }));
  expect(sessionCreate).toHaveBeenLastCalledWith(PAIR);
});

it("says how long to wait after too many tries", async () => {
  const often = new ApiError("rate_limited", "", { status: 429, retryAfterMs: 90_000 });
  await page({ sessionCreate: () => Promise.reject(often) });
  await fill();
  await screen.findByText("Too many tries. Try again in 2 min.");
});

it("asks for the authenticator's code after the password, or for a recovery code", async () => {
  const asked = new ApiError("second_factor", "");
  const wrong = new ApiError("wrong_code", "", { field: "code" });
  const sessionCreate = vi
    .fn()
    .mockRejectedValueOnce(asked)
    .mockRejectedValueOnce(wrong)
    .mockResolvedValue({ id: "me" });
  const store = await page({ sessionCreate });
  await fill();
  const code = await screen.findByLabelText("Six-digit code");
  expect(code.getAttribute("autocomplete")).toBe("one-time-code");
  expect(code.getAttribute("inputmode")).toBe("numeric");
  await waitFor(() => expect(document.activeElement).toBe(code));
  await userEvent.type(code, "123 456{Enter}");
  await screen.findByText(/This code is wrong/u);
  expect(sessionCreate).toHaveBeenLastCalledWith({ ...PAIR, code: "123456" });
  await press("Use a recovery code instead");
  await type("Recovery code", "abcde-fghij");
  await press("Sign in");
  await waitFor(() => expect(store.who.value).toEqual({ id: "me" }));
  expect(sessionCreate).toHaveBeenLastCalledWith({ ...PAIR, code: "abcde-fghij" });
});

it("keeps what was typed on the way back from the code", async () => {
  await page({ sessionCreate: () => Promise.reject(new ApiError("second_factor", "")) });
  await fill();
  await screen.findByLabelText("Six-digit code");
  await press("Back");
  expect(screen.getByLabelText<HTMLInputElement>("Email").value).toBe(PAIR.email);
});

it("leads to a provider and back to where one was, and says when it does not answer", async () => {
  const oidcStart = vi
    .fn()
    .mockRejectedValueOnce(new ApiError("provider_failed", "Contoso does not answer."))
    .mockResolvedValue({ url: "https://id.example/authorize" });
  await page({ oidcStart }, BOTH);
  await press("Sign in with Contoso");
  await screen.findByText("Contoso does not answer.");
  await press("Sign in with Contoso");
  await waitFor(() => expect(leaveTo).toHaveBeenCalledWith("https://id.example/authorize"));
  expect(oidcStart).toHaveBeenLastCalledWith({ provider: "oidc" }, { return_to: "/chat/7" });
  expect(placeKept()).toBe("/chat/7");
});

it("has no form where passwords are switched off", async () => {
  await page({}, { ...BOTH, local_accounts: false });
  screen.getByRole("button", { name: "Sign in with Google" });
  expect(screen.queryByLabelText("Password")).toBeNull();
  expect(screen.queryByText("Forgot password?")).toBeNull();
});

it("sends a link for a new password, and says the same whoever asks", async () => {
  const resetMail = vi.fn(async () => undefined);
  await page({ resetMail });
  await type("Email", "ada@example.org");
  await press("Forgot password?");
  await press("Send the link");
  await screen.findByText(/If there is an account for ada@example.org/u);
  expect(resetMail).toHaveBeenCalledWith({ email: "ada@example.org" });
});

it("names the administrator where no mail is sent", async () => {
  await page({}, { ...LOCAL, mail: false });
  await press("Forgot password?");
  screen.getByText(/Ask an administrator/u);
  await press("Back to sign-in");
  screen.getByLabelText("Email");
});

it("tells why the way through a provider led nowhere, until that is put away", async () => {
  const store = await page({}, BOTH);
  store.tell({ code: "not_invited", provider: "oidc" });
  const told = await screen.findByRole("alert");
  expect(told.textContent).toContain("No account here belongs to this account of Contoso.");
  await press("Dismiss");
  expect(screen.queryByRole("alert")).toBeNull();
});
