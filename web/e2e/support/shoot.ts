import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const FOLDER = resolve(import.meta.dirname, "../../../docs/screenshots");
const MOST_BYTES = 200 * 1024;

/** Pictures are written into docs/ only when asked for. */
export const shooting = process.env.SCREENSHOTS === "1";

/** Takes the picture; fewer colours make it small, where the tool for it is at hand. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const path = resolve(FOLDER, `${name}.png`);
  await page.mouse.move(0, 0);
  await page.screenshot({ path, scale: "css", animations: "disabled", caret: "hide" });
  try {
    execFileSync("pngquant", ["--force", "--ext", ".png", "--skip-if-larger", "128", path]);
  } catch {
    /* Not here, or no gain. */
  }
  expect(statSync(path).size).toBeLessThan(MOST_BYTES);
}
