import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Person } from "../../../tests/api/support/person";
import type { Server } from "../../../tests/api/support/server";
import {
  type Camera,
  drawCamera,
  keepConnections,
  limitCamera,
  refuseCamera,
  tellViolations,
} from "./probe";
import { type Sitter, sitDown } from "./sitter";

const ARGS = [
  "--no-sandbox",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  "--disable-background-networking",
  "--disable-quic",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
];
const AT_HOME = ["--allow-loopback-in-peer-connection"];
const WAIT_MS = 15_000;

/* What the browser itself says of a server that is away or refuses: not an error of the page. */
const EXPECTED = /Failed to load resource|WebSocket connection to|net::ERR_/u;

export interface Look {
  readonly dark?: boolean;
  readonly phone?: boolean;
  readonly cameraRefused?: boolean;
  readonly camera?: Camera;
  /** Such a camera that is a drawing. */
  readonly drawn?: Camera;
  /** Who is drawn before the camera. */
  readonly sitter?: Sitter;
}

/** How it is started, where that is not on the server's own machine. */
export interface Way {
  readonly executable?: string;
  readonly args?: readonly string[];
}

/** Chromium, with a window of its own for each person; it keeps what goes wrong in their pages. */
export class Chromium {
  readonly troubles: string[] = [];
  readonly #browser: Browser;
  #contexts: BrowserContext[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start({ executable, args = AT_HOME }: Way = {}): Promise<Chromium> {
    const browser = await chromium.launch({
      executablePath: executable ?? process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [...ARGS, ...args],
    });
    return new Chromium(browser);
  }

  /** An empty page of somebody's own: nobody is signed in. */
  async window(server: Pick<Server, "url">, look: Look = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: server.url,
      permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"],
      colorScheme: look.dark ? "dark" : "light",
      reducedMotion: "reduce",
      viewport: look.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      ...(look.phone ? { hasTouch: true, isMobile: true } : {}),
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(WAIT_MS);
    await context.addInitScript(keepConnections);
    await context.addInitScript(tellViolations);
    if (look.cameraRefused) await context.addInitScript(refuseCamera);
    if (look.camera) await context.addInitScript(limitCamera, look.camera);
    if (look.drawn) await context.addInitScript(drawCamera, look.drawn);
    if (look.sitter) await context.addInitScript(sitDown, look.sitter);
    context.on("weberror", (e) => this.troubles.push(String(e.error())));
    context.on("console", (m) => {
      if (m.type() === "error" && !EXPECTED.test(m.text())) this.troubles.push(m.text());
    });
    return context.newPage();
  }

  /** A page in which that person is signed in. */
  async page(person: Person, path = "/", look: Look = {}): Promise<Page> {
    const page = await this.window(person.server, look);
    await this.enter(page, person, path);
    return page;
  }

  /** Signs that person in and goes there. */
  async enter(page: Page, person: Person, path: string): Promise<void> {
    const [name = "", value = ""] = person.cookie.split("=");
    await page.context().addCookies([{ name, value, url: person.server.url, httpOnly: true }]);
    await page.goto(path);
  }

  /** Closes all windows; throws what went wrong in them. */
  async sweep(): Promise<void> {
    await Promise.all(this.#contexts.map((c) => c.close()));
    this.#contexts = [];
    const found = this.troubles.splice(0);
    if (found.length > 0) throw new Error(`errors in the page:\n${found.join("\n")}`);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}
