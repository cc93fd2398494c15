import type { Locator, Page } from "playwright-core";

/* What the tests touch in the page, by role and name. */

export const composer = (page: Page): Locator =>
  page.getByRole("textbox", { name: /^Type a message/u });

export const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("button", { name, exact: true });

/** The row of a list that is called so. */
export const row = (page: Page, list: string, name: string): Locator =>
  page.getByRole("list", { name: list }).getByRole("link", { name });

export const message = (page: Page, text: string): Locator =>
  page.getByRole("feed").getByRole("article").filter({ hasText: text });

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

export const banner = (page: Page): Locator =>
  page.getByText(/You are offline|server cannot be reached/u);
