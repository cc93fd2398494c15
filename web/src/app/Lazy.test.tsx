import { cleanup, render, screen } from "@testing-library/preact";
import { expect, it, vi } from "vitest";
import { Lazy } from "./Lazy";

const Part = ({ name }: { readonly name: string }) => <p>{name} is here</p>;

it("draws at once what has come before", async () => {
  const load = vi.fn(async () => Part);
  render(<Lazy load={load} props={{ name: "Ada" }} />);
  await screen.findByText("Ada is here");
  cleanup();
  render(<Lazy load={load} props={{ name: "Mei" }} />);
  screen.getByText("Mei is here");
  expect(load).toHaveBeenCalledTimes(1);
});

it("offers to try again when it could not be fetched, unless it is to be quiet", async () => {
  const load = vi.fn(async () => Part).mockRejectedValueOnce(new Error("gone"));
  render(<Lazy load={load} props={{ name: "Ada" }} />);
  (await screen.findByRole("button", { name: "Try again" })).click();
  await screen.findByText("Ada is here");
});

it("tells elsewhere what has no place in the page", async () => {
  const load = vi.fn(async () => Part).mockRejectedValueOnce(new Error("gone"));
  const onFailed = vi.fn();
  render(<Lazy load={load} props={{ name: "Ada" }} onFailed={onFailed} />);
  await vi.waitFor(() => expect(onFailed).toHaveBeenCalledTimes(1));
  expect(screen.queryByRole("button")).toBeNull();
});
