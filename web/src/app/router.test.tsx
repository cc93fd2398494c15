import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Scope } from "../lib/scope";
import { match, Router } from "./router";

let page: Scope;
let router = new Router();
beforeEach(() => {
  history.replaceState(null, "", "/");
  router = new Router();
  page = new Scope();
  router.listen(page);
});
afterEach(() => page.end());

it.each([
  ["/chat/:id", "/chat/42", { id: "42" }],
  ["/chat/:id", "/chat/a%2Fb/", { id: "a/b" }],
  ["/chat/:id", "/chat/", null],
  ["/chat/:id", "/chat/%ff", null],
  ["/chat", "/chat/42", null],
  ["/", "/", {}],
])("matches %j with %j", (pattern, path, params) => {
  expect(match(pattern, path)).toEqual(params);
});

it("follows links of ours and leaves the others to the browser", async () => {
  const user = userEvent.setup();
  const left: string[] = [];
  page.listen("click", (e) => {
    if (e.defaultPrevented) return;
    left.push((e.target as HTMLElement).textContent ?? "");
    e.preventDefault();
  });
  render(
    <>
      <a href="/chat/7?at=3">
        <b>Chat</b>
      </a>
      <a href="https://elsewhere.example/">Elsewhere</a>
      <a href="/api/docs">API</a>
      <a href="/x" target="_blank" rel="noreferrer">
        New tab
      </a>
    </>,
  );

  for (const name of ["Chat", "Elsewhere", "API", "New tab"])
    await user.click(screen.getByText(name));

  expect(router.path.value).toBe("/chat/7");
  expect(router.query.value.get("at")).toBe("3");
  expect(left).toEqual(["Elsewhere", "API", "New tab"]);
});

it("goes back", async () => {
  router.go("/a");
  router.go("/b");
  router.go("/c", { replace: true });
  const popped = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  router.back();
  await popped;
  expect(router.path.value).toBe("/a");
});
