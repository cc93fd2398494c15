import { fireEvent, render } from "@testing-library/preact";
import { expect, it } from "vitest";
import { Avatar } from "./Avatar";

it("shows the picture over the letters, and the letters again when it does not come", () => {
  const { container, rerender } = render(<Avatar id="1" name="Ada Lovelace" picture="/p?v=1" />);
  const picture = () => container.querySelector("img");
  expect(picture()?.getAttribute("src")).toBe("/p?v=1");
  expect(container.querySelector("[data-letters]")?.getAttribute("data-letters")).toBe("AL");
  const first = picture();
  if (first) fireEvent.error(first);
  expect(picture()).toBeNull();
  rerender(<Avatar id="1" name="Ada Lovelace" picture="/p?v=2" />);
  expect(picture()?.getAttribute("src"), "another picture is tried anew").toBe("/p?v=2");
  rerender(<Avatar id="1" name="Ada Lovelace" />);
  expect(picture()).toBeNull();
});
