import { render, screen, waitFor } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ApiError } from "../../api/errors";
import type { Api } from "../../api/gen";
import { SetUpPage } from "./SetUpPage";
import { SignInPage } from "./SignInPage";
import { SessionStore } from "./store";

const session = (api: Partial<Api>) => new SessionStore(api as Api);
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

it("asks for what is missing, at its place, before it asks the server", async () => {
  const setupRun = vi.fn();
  render(<SetUpPage session={session({ setupRun })} token="t" />);
  await userEvent.type(screen.getByLabelText("Organisation"), "Northwind");
  await press("Set up");
  expect(screen.getAllByText("Fill this in.")).toHaveLength(3);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("Your name")));
  expect(setupRun).not.toHaveBeenCalled();
});

it("shows a refusal at its field", async () => {
  const refused = new ApiError("too_short", "12 characters or more.", { field: "password" });
  render(<SetUpPage session={session({ setupRun: () => Promise.reject(refused) })} token="t" />);
  for (const label of ["Organisation", "Your name", "Email", "Password"])
    await userEvent.type(screen.getByLabelText(label), "short");
  await press("Set up");
  const password = screen.getByLabelText("Password");
  await waitFor(() => expect(password.getAttribute("aria-invalid")).toBe("true"));
  expect(screen.getByRole("alert").textContent).toBe("12 characters or more.");
});

it("signs in, and says plainly when the password is wrong", async () => {
  const wrong = new ApiError("wrong_password", "Address or password is wrong.");
  const sessionCreate = vi.fn().mockRejectedValueOnce(wrong).mockResolvedValue({ id: "me" });
  const store = session({ sessionCreate });
  render(<SignInPage session={store} />);
  await userEvent.type(screen.getByLabelText("Email"), "ada@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "a long password");
  await press("Sign in");
  await screen.findByText("Address or password is wrong.");
  await press("Sign in");
  await waitFor(() => expect(store.who.value).toEqual({ id: "me" }));
  expect(sessionCreate).toHaveBeenLastCalledWith({
    email: "ada@example.org",
    password: "a long password",
  });
});
