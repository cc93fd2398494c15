import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Scope } from "../lib/scope";
import { Commands } from "./commands";
import { ShortcutsDialog } from "./ShortcutsDialog";

let page: Scope;
let commands = new Commands();
beforeEach(() => {
  commands = new Commands();
  page = new Scope();
  commands.listen(page);
});
afterEach(() => page.end());

it("runs what a key means, unless somebody types", async () => {
  const user = userEvent.setup();
  const [mute, like] = [vi.fn(), vi.fn()];
  commands.add([
    { id: "mute", label: "Mute", key: "Ctrl+Shift+M", run: mute },
    { id: "like", label: "Like", key: "1", run: like },
  ]);
  render(<input aria-label="Text" />);

  await user.keyboard("{Control>}{Shift>}m{/Shift}{/Control}1");
  expect([mute.mock.calls.length, like.mock.calls.length]).toEqual([1, 1]);

  await user.click(screen.getByLabelText("Text"));
  await user.keyboard("{Control>}{Shift>}m{/Shift}{/Control}1");
  expect([mute.mock.calls.length, like.mock.calls.length]).toEqual([2, 1]);
});

it("lets the latest added go first, where it can be done", async () => {
  const user = userEvent.setup();
  const runs: string[] = [];
  let inCall = true;
  commands.add([{ id: "find", label: "Find", key: "Ctrl+F", run: () => runs.push("find") }]);
  const leave = commands.add([
    { id: "full", label: "Full", key: "Ctrl+F", when: () => inCall, run: () => runs.push("full") },
  ]);

  await user.keyboard("{Control>}f{/Control}");
  inCall = false;
  await user.keyboard("{Control>}f{/Control}");
  inCall = true;
  leave();
  await user.keyboard("{Control>}f{/Control}");

  expect(runs).toEqual(["full", "find", "find"]);
  expect(commands.run("full")).toBe(false);
});

it("lists every key by group", () => {
  commands.add([
    { id: "mute", label: "Mute", group: "Calls", key: ["Ctrl+Shift+M", "Ctrl+D"], run: () => {} },
    { id: "next", label: "Next chat", group: "Chat", key: "Alt+ArrowDown", run: () => {} },
    { id: "no", label: "Without a key", run: () => {} },
  ]);
  render(<ShortcutsDialog commands={commands} open onClose={() => {}} />);

  expect(screen.getByRole("heading", { name: "Calls" })).toBeTruthy();
  expect(screen.getByText("Ctrl+D")).toBeTruthy();
  expect(screen.getByText("Alt+↓")).toBeTruthy();
  expect(screen.queryByText("Without a key")).toBeNull();
});
