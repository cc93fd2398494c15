import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { Api, SignIn } from "../../api/gen";
import { GuestPage } from "./GuestPage";
import { InvitePage } from "./InvitePage";
import { ResetPage } from "./ResetPage";
import { SetUpPage } from "./SetUpPage";
import { SessionStore } from "./store";

const GOOGLE: SignIn = {
  local_accounts: true,
  mail: false,
  providers: [{ id: "google", name: "Google", kind: "google" }],
};
const LOCAL: SignIn = { ...GOOGLE, providers: [] };

const leaveTo = vi.fn();
async function session(api: Partial<Api>, ways = LOCAL): Promise<SessionStore> {
  const store = new SessionStore({ signInGet: async () => ways, ...api } as Api, leaveTo);
  await store.loadWays();
  return store;
}
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const type = (label: string, text: string) => userEvent.type(screen.getByLabelText(label), text);

it("asks for what is missing, at its place, before it asks the server", async () => {
  const setupRun = vi.fn();
  render(<SetUpPage session={await session({ setupRun })} token="t" />);
  await type("Organisation", "Northwind");
  await press("Set up");
  expect(screen.getAllByText("Fill this in.")).toHaveLength(3);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Your name")));
  expect(setupRun).not.toHaveBeenCalled();
});

it("shows a refusal at its field, in words of its own", async () => {
  const refused = new ApiError("too_short", "password must have …", { field: "password" });
  const setupRun = () => Promise.reject(refused);
  render(<SetUpPage session={await session({ setupRun })} token="t" />);
  for (const label of ["Organisation", "Your name", "Email", "Password"])
    await type(label, "short");
  await press("Set up");
  const password = screen.getByLabelText("Password");
  await waitFor(() => expect(password.getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByRole("alert").textContent).toBe(
    "Use 12 characters or more, and not only blanks.",
  );
});

it("sets up by a provider once the organisation has a name", async () => {
  const oidcStart = vi.fn(async () => ({ url: "https://accounts.example/x" }));
  render(<SetUpPage session={await session({ oidcStart }, GOOGLE)} token="t" />);
  await press("Continue with Google");
  expect(screen.getByRole("alert").textContent).toBe("Fill this in.");
  expect(oidcStart).not.toHaveBeenCalled();
  await type("Organisation", "Northwind");
  await press("Continue with Google");
  expect(oidcStart).toHaveBeenCalledWith(
    { provider: "google" },
    { setup: "t", team: "Northwind", return_to: "/chat" },
  );
});

it("takes an invitation by a provider, and offers no password where there is none", async () => {
  const oidcStart = vi.fn(async () => ({ url: "https://accounts.example/x" }));
  const inviteLookup = async () => ({ team: "Northwind", inviter: "Ada", expires_at: 0 });
  const ways = { ...GOOGLE, local_accounts: false };
  render(<InvitePage session={await session({ oidcStart, inviteLookup }, ways)} token="t" />);
  await screen.findByText("Ada invites you to Northwind.");
  expect(screen.queryByLabelText("Password")).toBeNull();
  await press("Continue with Google");
  expect(oidcStart).toHaveBeenCalledWith(
    { provider: "google" },
    { invite: "t", return_to: "/chat" },
  );
});

it("tells a link that is spent from a server that is away", async () => {
  const inviteLookup = vi
    .fn()
    .mockRejectedValueOnce(new ApiError("offline", "The server cannot be reached."))
    .mockRejectedValue(new ApiError("not_found", "", { status: 404 }));
  render(<InvitePage session={await session({ inviteLookup })} token="t" />);
  await screen.findByRole("heading", { name: "Please try again" });
  await press("Try again");
  await screen.findByRole("heading", { name: "This link is no longer good" });
});

it("asks for nothing with half a link", async () => {
  const guestLookup = vi.fn();
  render(<GuestPage session={await session({ guestLookup })} token="" />);
  screen.getByRole("heading", { name: "This link is not complete" });
  expect(guestLookup).not.toHaveBeenCalled();
});

it("lets a guest in by a name", async () => {
  const guestLookup = async () => ({ site: "Northwind", channel: "Launch", inviter: "Ada" });
  const guestJoin = vi.fn(async () => ({ id: "g" }) as never);
  const store = await session({ guestLookup, guestJoin });
  render(<GuestPage session={store} token="t" />);
  await screen.findByText("Launch");
  await type("Your name", " Grace ");
  await press("Join");
  await waitFor(() => expect(store.who.value).toEqual({ id: "g" }));
  expect(guestJoin).toHaveBeenCalledWith({ token: "t", name: "Grace" });
});

it("sets a new password by a link, and then leads to the sign-in", async () => {
  const resetLookup = async () => ({ name: "Ada", email: "ada@example.org" });
  const resetAccept = vi.fn(async () => undefined);
  const meGet = () => Promise.reject(new ApiError("signed_out", ""));
  render(<ResetPage session={await session({ resetLookup, resetAccept, meGet })} token="t" />);
  await screen.findByText("for Ada, ada@example.org");
  await type("New password", "correct horse battery");
  await press("Set password");
  await screen.findByRole("heading", { name: "Your password is set" });
  expect(resetAccept).toHaveBeenCalledWith({ token: "t", password: "correct horse battery" });
  expect(screen.getByRole("link").getAttribute("href")).toBe("/sign-in");
});
