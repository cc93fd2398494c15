import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import * as icons from "../ui/icons/paths";
import { Shell } from "./Shell";

const rail = [
  {
    id: "chat",
    label: "Chat",
    icon: icons.chat,
    iconFilled: icons.chatFilled,
    selected: true,
    badge: 120,
    badgeLabel: "unread chats",
    href: "/chat",
  },
  { id: "calls", label: "Calls", icon: icons.call, iconFilled: icons.callFilled, href: "/calls" },
];

function page() {
  return render(
    <Shell
      title="Chat"
      rail={rail}
      pane="list"
      list={<button type="button">Ada</button>}
      main={<button type="button">Write</button>}
      mainLabel="Conversation"
    />,
  );
}

it("has the landmarks and says where one is", () => {
  page();
  expect(screen.getByRole("banner")).toBeTruthy();
  expect(screen.getByRole("navigation", { name: "Apps" })).toBeTruthy();
  expect(screen.getByRole("region", { name: "Chat" })).toBeTruthy();
  expect(screen.getByRole("main", { name: "Conversation" })).toBeTruthy();
  const link = screen.getByRole("link", { name: /Chat/ });
  expect(link.getAttribute("aria-current")).toBe("page");
  expect(link.textContent).toContain("99+ unread chats");
});

it("goes from region to region by Ctrl+F6", async () => {
  vi.spyOn(HTMLElement.prototype, "getClientRects").mockReturnValue([
    new DOMRect(),
  ] as unknown as DOMRectList);
  const user = userEvent.setup();
  page();
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    await user.keyboard("{Control>}{F6}{/Control}");
    seen.push(document.activeElement?.ariaLabel ?? document.activeElement?.textContent ?? "");
  }
  expect(seen).toEqual(["Back", "99+ unread chatsChat", "Ada", "Write"]);
  await user.keyboard("{Control>}{Shift>}{F6}{/Shift}{/Control}");
  expect(document.activeElement?.textContent).toBe("Ada");
});

it("sets the list's width by keys, within bounds, and keeps it", async () => {
  const user = userEvent.setup();
  const { unmount } = page();
  const handle = () => screen.getByRole("separator");
  handle().focus();
  await user.keyboard("{ArrowRight}");
  expect(handle().getAttribute("aria-valuenow")).toBe("336");
  await user.keyboard("{End}{ArrowRight}");
  expect(handle().getAttribute("aria-valuenow")).toBe("480");
  expect(localStorage.getItem("convene.list-width")).toBe("480");
  await user.dblClick(handle());
  expect(handle().getAttribute("aria-valuenow")).toBe("320");
  unmount();
});
