import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server as Listener } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { Chromium } from "../../../web/e2e/support/chromium";
import { Firefox } from "../../../web/e2e/support/firefox";
import type { Heard, Path } from "../../../web/e2e/support/probe";
import { shoot, shooting } from "../../../web/e2e/support/shoot";
import { PASSWORD, type Person } from "../../api/support/person";

export type Brand = "Chromium" | "Firefox";

const SIGNED_IN_MS = 20_000;
/* The first port of Firefox's drivers; each has one of its own, as they meet in one namespace. */
let port = 9300;

/** A browser within a namespace, and what a person does with it.  Names are those of the page. */
export abstract class Phone {
  readonly #folder = mkdtempSync(join(tmpdir(), "convene-net-"));
  readonly space: string;

  protected constructor(space: string) {
    this.space = space;
  }

  static async start(brand: Brand, space: string): Promise<Phone> {
    const phone: Phone = brand === "Firefox" ? new FirefoxPhone(space) : new ChromiumPhone(space);
    await phone.begin();
    return phone;
  }

  protected abstract begin(): Promise<void>;
  protected abstract go(url: string): Promise<void>;
  protected abstract fill(selector: string, text: string): Promise<void>;
  protected abstract click(selector: string): Promise<void>;
  abstract sees(selector: string): Promise<void>;
  abstract heard(): Promise<Heard>;
  abstract path(): Promise<Path | null>;
  /** A picture of the connection panel for the docs, of browsers that are asked for it. */
  async shootPanel(_name: string): Promise<void> {}
  protected abstract end(): Promise<void>;

  /** Signs in by the form and opens a page. */
  async enter(person: Person, path: string): Promise<void> {
    const { url } = person.server;
    await this.go(`${url}/sign-in`);
    await this.fill('input[name="email"]', person.me.email ?? "");
    await this.fill('input[name="password"]', PASSWORD);
    await this.click('button[type="submit"]');
    await this.sees('nav[aria-label="Apps"]');
    await this.go(`${url}${path}`);
    await this.sees('[aria-label="Video call"]');
  }

  press(label: string): Promise<void> {
    return this.click(`[aria-label="${label}"]`);
  }

  async stop(): Promise<void> {
    await this.end().finally(() => rmSync(this.#folder, { recursive: true, force: true }));
  }

  /** A program that runs another in the namespace. */
  protected within(program: string, before = ""): string {
    const file = join(this.#folder, "start");
    writeFileSync(
      file,
      `#!/bin/sh\n${before}\nexec nsenter --net=/run/netns/${this.space} ${program} "$@"\n`,
      { mode: 0o700 },
    );
    return file;
  }

  protected file(name: string): string {
    return join(this.#folder, name);
  }
}

class ChromiumPhone extends Phone {
  #browser: Chromium | undefined;
  #page: Awaited<ReturnType<Chromium["window"]>> | undefined;

  constructor(space: string) {
    super(space);
  }

  protected async begin(): Promise<void> {
    this.#browser = await Chromium.start({
      executable: this.within(process.env["CHROMIUM"] ?? "/usr/bin/chromium"),
      args: [`--ignore-certificate-errors-spki-list=${process.env["NET_KEYS"]}`],
    });
    this.#page = await this.#browser.window({ url: "about:blank" });
    this.page.context().setDefaultTimeout(SIGNED_IN_MS);
  }

  get page() {
    if (!this.#page) throw new Error("not started");
    return this.#page;
  }

  protected async go(url: string): Promise<void> {
    await this.page.goto(url);
  }

  protected fill(selector: string, text: string): Promise<void> {
    return this.page.locator(selector).fill(text);
  }

  protected click(selector: string): Promise<void> {
    return this.page.locator(selector).click();
  }

  sees(selector: string): Promise<void> {
    return this.page.locator(selector).first().waitFor();
  }

  heard(): Promise<Heard> {
    return this.page.evaluate(() => window.heard());
  }

  path(): Promise<Path | null> {
    return this.page.evaluate(() => window.path());
  }

  override async shootPanel(name: string): Promise<void> {
    if (!shooting) return;
    await this.press("More");
    await this.page.getByRole("menuitem", { name: "Connection" }).click();
    const unknown = this.page.getByRole("complementary", { name: "Connection" });
    await unknown.getByText("not known yet").first().waitFor({ state: "detached" });
    await shoot(this.page, name);
  }

  protected async end(): Promise<void> {
    await this.#browser?.sweep().finally(() => this.#browser?.stop());
  }
}

/* Firefox is driven by a port of its own namespace; a path leads there from ours. */
class FirefoxPhone extends Phone {
  readonly #port = port++;
  #crossing: ChildProcess | undefined;
  #gate: Listener | undefined;
  #browser: Firefox | undefined;

  constructor(space: string) {
    super(space);
  }

  protected async begin(): Promise<void> {
    const crossing = this.file("crossing");
    this.#crossing = spawn("nsenter", [
      `--net=/run/netns/${this.space}`,
      process.execPath,
      join(import.meta.dirname, "crossing.mjs"),
      crossing,
      String(this.#port),
    ]);
    this.#gate = createServer((from) => {
      const to = connect(crossing);
      pipeline(from, to, from, () => {});
    });
    await new Promise<void>((done) => this.#gate?.listen(this.#port, "127.0.0.1", done));
    this.#browser = await Firefox.open({
      executable: this.within(process.env["FIREFOX"] ?? "/usr/bin/firefox-esr"),
      port: this.#port,
      prefs: { "media.peerconnection.ice.loopback": false },
    });
    this.page.setDefaultTimeout(SIGNED_IN_MS);
  }

  get page(): Firefox["page"] {
    if (!this.#browser) throw new Error("not started");
    return this.#browser.page;
  }

  protected async go(url: string): Promise<void> {
    await this.page.goto(url);
  }

  protected fill(selector: string, text: string): Promise<void> {
    return this.page.locator(selector).fill(text);
  }

  protected click(selector: string): Promise<void> {
    return this.page.locator(selector).click();
  }

  async sees(selector: string): Promise<void> {
    await this.page.waitForSelector(selector);
  }

  heard(): Promise<Heard> {
    return this.page.evaluate(() => window.heard());
  }

  path(): Promise<Path | null> {
    return this.page.evaluate(() => window.path());
  }

  protected async end(): Promise<void> {
    await this.#browser?.stop().finally(() => {
      this.#crossing?.kill("SIGKILL");
      this.#gate?.close();
    });
  }
}
