import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, launch, type Page } from "puppeteer-core";
import type { Person } from "../../../tests/api/support/person";
import { type Heard, keepConnections, tellViolations } from "./probe";

const PREFS = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.autoplay.default": 0,
  /* The codec from Cisco would be fetched from the network. */
  "media.gmp-manager.updateEnabled": false,
};
const WAIT_MS = 15_000;

/** Firefox with one page. */
export class Firefox {
  readonly page: Page;
  readonly troubles: string[] = [];
  readonly #browser: Browser;
  readonly #home: string;

  private constructor(browser: Browser, page: Page, home: string) {
    this.#browser = browser;
    this.page = page;
    this.#home = home;
    page.setDefaultTimeout(WAIT_MS);
    page.on("pageerror", (e) => this.troubles.push(String(e)));
  }

  static async start(person: Person, path: string): Promise<Firefox> {
    const home = mkdtempSync(join(tmpdir(), "convene-firefox-"));
    const browser = await launch({
      browser: "firefox",
      executablePath: process.env.FIREFOX ?? "/usr/bin/firefox-esr",
      extraPrefsFirefox: PREFS,
      env: { ...process.env, HOME: home },
      defaultViewport: { width: 1100, height: 750 },
    });
    const [page = await browser.newPage()] = await browser.pages();
    const firefox = new Firefox(browser, page, home);
    await page.evaluateOnNewDocument(keepConnections);
    await page.evaluateOnNewDocument(tellViolations);
    const [name = "", value = ""] = person.cookie.split("=");
    await browser.setCookie({ name, value, domain: "localhost", path: "/", httpOnly: true });
    await page.goto(`${person.server.url}${path}`);
    return firefox;
  }

  /** Clicks what bears this name. */
  async click(label: string): Promise<void> {
    await this.page.locator(`[aria-label="${label}"]`).click();
  }

  async sees(label: string): Promise<void> {
    await this.page.locator(`[aria-label="${label}"]`).wait();
  }

  /** Waits until the text stands in what the selector finds. */
  async reads(selector: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      (s: string, t: string) =>
        [...document.querySelectorAll(s)].some((el) => el.textContent?.includes(t)),
      {},
      selector,
      text,
    );
  }

  async say(text: string): Promise<void> {
    await this.page.locator("#composer").fill(text);
    await this.page.focus("#composer");
    await this.page.keyboard.press("Enter");
  }

  heard(): Promise<Heard> {
    return this.page.evaluate(() => window.heard());
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#home, { recursive: true, force: true });
    if (this.troubles.length > 0)
      throw new Error(`errors in Firefox:\n${this.troubles.join("\n")}`);
  }
}
