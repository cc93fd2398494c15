import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { Field } from "../field/Field";
import { Asking } from "./Asking";

it("does its act by Enter, says why it failed, and closes once it is done", async () => {
  const user = userEvent.setup();
  const onClose = vi.fn();
  const onSubmit = vi.fn(async () => {}).mockRejectedValueOnce(new Error("the name is taken."));
  render(
    <Asking title="Rename" submit="Rename" onClose={onClose} onSubmit={onSubmit}>
      <Field label="Name" value="Team" onInput={() => {}} autofocus />
    </Asking>,
  );
  await user.type(screen.getByLabelText("Name"), "{Enter}");
  expect((await screen.findByRole("alert")).textContent).toBe("The name is taken.");
  expect(onClose).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Rename" }));
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
  expect(screen.queryByRole("alert")).toBeNull();
});

it("does nothing while its act cannot be done", async () => {
  const onSubmit = vi.fn(async () => {});
  render(
    <Asking title="Rename" submit="Rename" disabled onClose={() => {}} onSubmit={onSubmit}>
      <Field label="Name" value="" onInput={() => {}} />
    </Asking>,
  );
  await userEvent.type(screen.getByLabelText("Name"), "{Enter}");
  expect(onSubmit).not.toHaveBeenCalled();
});
