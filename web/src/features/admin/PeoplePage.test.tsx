import { render, screen, waitFor, within } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { AdminPerson, Api, Me } from "../../api/gen";
import { PeoplePage } from "./PeoplePage";

const me = (role: Me["role"]): Me => ({
  id: "me",
  name: "Ada",
  email: "ada@example.org",
  role,
  picture: null,
  presence: null,
  change: 1,
});

const row = (id: string, name: string, role: Me["role"], more = {}): AdminPerson => ({
  person: { id, name, email: `${id}@x.org`, role, active: true, picture: null, bot: false },
  created_at: 0,
  last_seen_at: null,
  sessions: 1,
  second_factor: false,
  password: true,
  providers: [],
  guest_until: null,
  guest_channel: null,
  ...more,
});

function page(role: Me["role"], people: readonly AdminPerson[]) {
  const api = {
    adminPeople: vi.fn(async () => ({ people, more: false })),
    adminPersonEdit: vi.fn(async () => row("ben", "Ben", "admin")),
  };
  const onDone = vi.fn();
  render(<PeoplePage api={api as unknown as Api} me={me(role)} onDone={onDone} />);
  return { api, onDone };
}

const menuOf = (name: string) => screen.queryByRole("button", { name: `What to do with ${name}` });

it("offers an administrator nothing with somebody of their own rank or above", async () => {
  page("admin", [
    row("eve", "Eve", "admin"),
    row("own", "Owen", "owner"),
    row("ben", "Ben", "member"),
  ]);
  await screen.findByText("Ben");
  expect(menuOf("Eve")).toBeNull();
  expect(menuOf("Owen")).toBeNull();
  await userEvent.click(menuOf("Ben") as HTMLElement);
  expect(screen.queryByRole("menuitem", { name: "Make administrator" })).toBeNull();
  expect(screen.getByRole("menuitem", { name: "Deactivate" })).toBeTruthy();
});

it("makes somebody an administrator once that is confirmed", async () => {
  const { api, onDone } = page("owner", [row("ben", "Ben", "member")]);
  await userEvent.click(await screen.findByRole("button", { name: /^What to do/u }));
  await userEvent.click(screen.getByRole("menuitem", { name: "Make administrator" }));
  expect(api.adminPersonEdit).not.toHaveBeenCalled();
  const dialog = screen.getByRole("dialog", { hidden: true });
  await userEvent.click(
    within(dialog).getByRole("button", { name: "Make administrator", hidden: true }),
  );
  await waitFor(() => expect(onDone).toHaveBeenCalledWith("Ben is an administrator now."));
  expect(api.adminPersonEdit).toHaveBeenCalledWith({ person: "ben" }, { role: "admin" });
  expect(screen.getByText("Administrator")).toBeTruthy();
});

it("asks again for what is typed, and says when nobody is found", async () => {
  const { api } = page("owner", []);
  await screen.findByText("Nobody is found.");
  await userEvent.type(screen.getByRole("searchbox"), "zoe");
  await waitFor(() =>
    expect(api.adminPeople).toHaveBeenLastCalledWith(expect.objectContaining({ query: "zoe" })),
  );
});

it("says why the list did not come, and tries again", async () => {
  const { api } = page("owner", []);
  api.adminPeople.mockRejectedValueOnce(
    new ApiError("unavailable", "The database is away.", { status: 503 }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
  await screen.findByText("Nobody is found.");
});
