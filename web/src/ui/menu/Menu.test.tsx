import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Menu, type MenuItem } from "./Menu";

const open = vi.fn();
const items: readonly MenuItem[] = [
  { id: "open", label: "Open", run: open },
  { id: "mute", label: "Mute", disabled: true, run: () => expect.fail("disabled") },
  { kind: "separator", id: "s" },
  { kind: "heading", id: "h", label: "Presence" },
  { kind: "radio", id: "a", label: "Available", checked: true, run: () => {} },
  { kind: "radio", id: "b", label: "Busy", checked: false, run: () => {} },
];

it("opens on the first choice, moves by arrows and letters, and gives the focus back", async () => {
  const user = userEvent.setup();
  render(<Menu label="More" items={items} />);
  const button = screen.getByRole("button", { name: "More" });

  await user.tab();
  await user.keyboard("{ArrowDown}");
  expect(button.getAttribute("aria-expanded")).toBe("true");
  expect(document.activeElement?.textContent).toBe("Open");
  await user.keyboard("{ArrowUp}");
  expect(document.activeElement?.textContent).toBe("Busy");
  await user.keyboard("{ArrowDown}m");
  expect(document.activeElement?.textContent).toBe("Mute");
  await user.keyboard("{Enter}");
  expect(screen.getByRole("menuitemradio", { name: "Available" })).toHaveProperty(
    "ariaChecked",
    "true",
  );
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).toBeNull();
  expect(document.activeElement).toBe(button);
});

it("runs what is chosen after it has closed", async () => {
  const user = userEvent.setup();
  render(<Menu label="More" items={items} />);
  open.mockImplementation(() => {
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "More" }));
  });

  await user.click(screen.getByRole("button", { name: "More" }));
  await user.click(screen.getByRole("menuitem", { name: "Open" }));

  expect(open).toHaveBeenCalledTimes(1);
  expect(screen.queryByRole("menu")).toBeNull();
});

it("closes on a press elsewhere and leaves the focus there", async () => {
  const user = userEvent.setup();
  render(
    <>
      <Menu label="More" items={items} />
      <input aria-label="Text" />
    </>,
  );
  await user.click(screen.getByRole("button", { name: "More" }));

  /* It listens from the next frame on. */
  await vi.waitFor(async () => {
    await user.click(screen.getByLabelText("Text"));
    expect(screen.queryByRole("menu")).toBeNull();
  });
  expect(document.activeElement).toBe(screen.getByLabelText("Text"));
});
