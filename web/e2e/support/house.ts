import { invited, type Person, setUp } from "../../../tests/api/support/person";
import { Server } from "../../../tests/api/support/server";
import type { Channel } from "../../src/api/gen";
import { Chromium } from "./chromium";

export { PASSWORD } from "../../../tests/api/support/person";

/** Two people and their chat. */
export interface Pair {
  readonly mei: Person;
  readonly jonas: Person;
  readonly channel: Channel;
  /** The address of their chat in the page. */
  readonly path: string;
}

/** A server with Ada, its owner, and a browser to look at it. */
export class House {
  readonly server: Server;
  readonly chromium: Chromium;
  readonly ada: Person;
  #pairs = 0;

  private constructor(server: Server, chromium: Chromium, ada: Person) {
    this.server = server;
    this.chromium = chromium;
    this.ada = ada;
  }

  /** With settings of its own, where some are needed. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<House> {
    const [server, chromium] = await Promise.all([Server.start({ env }), Chromium.start()]);
    return new House(server, chromium, await setUp(server));
  }

  /** Two newcomers whom no other test knows: their names bear a number. */
  async pair(): Promise<Pair> {
    this.#pairs += 1;
    const mei = await invited(this.ada, `Mei Ling ${this.#pairs}`);
    const jonas = await invited(this.ada, `Jonas Berg ${this.#pairs}`);
    const channel = await mei.direct(jonas);
    return { mei, jonas, channel, path: `/chat/${channel.id}` };
  }

  async close(): Promise<void> {
    await this.chromium.stop();
    await this.server.stop();
  }
}
