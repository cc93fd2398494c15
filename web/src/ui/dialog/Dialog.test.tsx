import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { useState } from "preact/hooks";
import { expect, it } from "vitest";
import { Dialog } from "./Dialog";

interface Props {
  readonly dismissable?: boolean;
}

function Page({ dismissable = true }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Ask
      </button>
      <Dialog open={open} title="Sure?" dismissable={dismissable} onClose={() => setOpen(false)}>
        <input aria-label="Why" />
      </Dialog>
    </>
  );
}

it("is named by its title and gives the focus back when it closes", async () => {
  const user = userEvent.setup();
  render(<Page />);
  const ask = screen.getByRole("button", { name: "Ask" });

  await user.click(ask);
  expect(screen.getByRole("dialog", { name: "Sure?" })).toHaveProperty("open", true);
  expect(document.activeElement).toBe(screen.getByLabelText("Why"));
  await user.keyboard("{Escape}");

  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(ask);
});

it("closes by its cross", async () => {
  const user = userEvent.setup();
  render(<Page />);
  await user.click(screen.getByRole("button", { name: "Ask" }));
  await user.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("stays when it may not be dismissed", async () => {
  const user = userEvent.setup();
  render(<Page dismissable={false} />);
  await user.click(screen.getByRole("button", { name: "Ask" }));
  await user.click(screen.getByLabelText("Why"));
  await user.keyboard("{Escape}");
  expect(screen.getByRole("dialog")).toHaveProperty("open", true);
  expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
});
