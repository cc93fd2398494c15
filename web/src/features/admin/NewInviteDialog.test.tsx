import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { InviteCreateBody, Me } from "../../api/gen";
import { NewInviteDialog } from "./NewInviteDialog";

const me = { id: "u", name: "Ada", role: "owner" } as unknown as Me;

function setUp() {
  const onCreate = vi.fn(async (_body: InviteCreateBody) => "https://chat.test/invite#secret");
  render(<NewInviteDialog me={me} mail onCreate={onCreate} onClose={() => {}} />);
  return onCreate;
}

it("makes a link that nobody is sent", async () => {
  const onCreate = setUp();
  await userEvent.click(screen.getByRole("button", { name: "Create link" }));
  expect(await screen.findByLabelText("Invitation link")).toBeTruthy();
  expect(onCreate.mock.calls[0]?.[0]).not.toHaveProperty("email");
});

it("sends it where one says", async () => {
  const onCreate = setUp();
  await userEvent.type(screen.getByLabelText("Send it to (optional)"), " mei@example.org ");
  await userEvent.click(screen.getByRole("button", { name: "Create link" }));
  await screen.findByText(/on its way to mei@example\.org/u);
  expect(onCreate.mock.calls[0]?.[0]).toMatchObject({ email: "mei@example.org" });
});
