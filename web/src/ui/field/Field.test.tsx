import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Field } from "./Field";

it("ties what is wrong to the input, instead of the hint", () => {
  const { rerender } = render(
    <Field label="Name" value="" hint="As others see it" onInput={() => {}} />,
  );
  const input = screen.getByLabelText("Name");
  const described = () =>
    document.getElementById(input.getAttribute("aria-describedby") ?? "")?.textContent;
  expect(described()).toBe("As others see it");

  rerender(
    <Field label="Name" value="" hint="As others see it" error="Too short" onInput={() => {}} />,
  );
  expect(described()).toBe("Too short");
  expect(screen.getByRole("alert").textContent).toBe("Too short");
  expect(input.getAttribute("aria-invalid")).toBe("true");
});

it("shows a password on demand and keeps what was typed", async () => {
  const user = userEvent.setup();
  const typed = vi.fn();
  render(<Field label="Password" type="password" value="s3cret" onInput={typed} />);
  const input = screen.getByLabelText("Password");

  expect(input).toHaveProperty("type", "password");
  await user.click(screen.getByRole("button", { name: "Show password" }));
  expect(input).toHaveProperty("type", "text");
  expect(input).toHaveProperty("value", "s3cret");
  await user.type(input, "x");
  expect(typed).toHaveBeenLastCalledWith("s3cretx");
});
