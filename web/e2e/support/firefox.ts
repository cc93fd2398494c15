import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, launch, type Page } from "puppeteer-core";
import type { Person } from "../../../tests/api/support/person";
import { type Camera, drawCamera, type Heard, keepConnections, tellViolations } from "./probe";

/** How it is started, where that is not on the server's own machine. */
export interface FirefoxWay {
  readonly executable?: string;
  readonly prefs?: Readonly<Record<string, unknown>>;
  /** Where it is driven by; any free port without. */
  readonly port?: number;
  /** The camera is a drawing like this. */
  readonly drawn?: Camera;
}

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

/* What Firefox itself says when a page is left, and of a long list of servers: no errors of the page. */
const EXPECTED = /interrupted while the page was loading|STUN\/TURN servers slows down discovery/u;

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
    page.on("pageerror", (e) => {
      if (!EXPECTED.test(String(e))) this.troubles.push(String(e));
    });
  }

  /** An empty page: nobody is signed in. */
  static async open(way: FirefoxWay = {}): Promise<Firefox> {
    const home = mkdtempSync(join(tmpdir(), "convene-firefox-"));
    const browser = await launch({
      browser: "firefox",
      executablePath: way.executable ?? process.env.FIREFOX ?? "/usr/bin/firefox-esr",
      extraPrefsFirefox: { ...PREFS, ...way.prefs },
      ...(way.port === undefined ? {} : { debuggingPort: way.port }),
      env: { ...process.env, HOME: home },
      defaultViewport: { width: 1100, height: 750 },
    });
    const [page = await browser.newPage()] = await browser.pages();
    const firefox = new Firefox(browser, page, home);
    await page.evaluateOnNewDocument(keepConnections);
    await page.evaluateOnNewDocument(tellViolations);
    if (way.drawn) await page.evaluateOnNewDocument(drawCamera, way.drawn);
    return firefox;
  }

  /** A page in which that person is signed in. */
  static async start(person: Person, path: string, way: FirefoxWay = {}): Promise<Firefox> {
    const firefox = await Firefox.open(way);
    const [name = "", value = ""] = person.cookie.split("=");
    await firefox.#browser.setCookie({
      name,
      value,
      domain: "localhost",
      path: "/",
      httpOnly: true,
    });
    await firefox.page.goto(`${person.server.url}${path}`);
    return firefox;
  }

  /** Clicks what bears this name. */
  async click(label: string): Promise<void> {
    await this.page.locator(`[aria-label="${label}"]`).click();
  }

  /** Presses the button with this text. */
  async press(text: string): Promise<void> {
    await this.page.locator(`::-p-xpath(//button[normalize-space()="${text}"])`).click();
  }

  /** The picture of that name has come. */
  async plays(label: string): Promise<void> {
    await this.page.waitForFunction(
      (name: string) =>
        [...document.querySelectorAll("video")].some(
          (v) => v.getAttribute("aria-label") === name && v.videoWidth > 0 && v.currentTime > 0,
        ),
      {},
      label,
    );
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
