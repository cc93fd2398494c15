import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type Server as Http } from "node:http";
import Provider, { type JWK } from "oidc-provider";
import type { Page } from "playwright-core";

export const CLIENT = { id: "convene", secret: "a-secret-for-tests-alone-0123456789" } as const;

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomBytes(6).toString("hex");
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" } as JWK;
}

/** The npm package oidc-provider on a port of its own; whoever types a name there is that. */
export class Idp {
  #http: Http | undefined;
  #port = 0;
  #callback = "";

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Takes a port, so that its address is known before it answers. */
  static async reserve(): Promise<Idp> {
    const idp = new Idp();
    await idp.#listen(createServer());
    await idp.stop();
    return idp;
  }

  /** Answers from now on, with new keys. */
  async start(callback = this.#callback): Promise<void> {
    this.#callback = callback;
    const provider = new Provider(this.url, {
      clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [callback] }],
      cookies: { keys: [randomBytes(16).toString("hex")] },
      jwks: { keys: [newKey()] },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      findAccount: (_ctx, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          name: `${id[0]?.toUpperCase()}${id.slice(1)} Corp`,
          email: `${id}@corp.example`,
          email_verified: true,
        }),
      }),
    });
    await this.#listen(createServer(provider.callback()));
  }

  async stop(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    http?.closeAllConnections();
    await new Promise((done) => (http ? http.close(done) : done(undefined)));
  }

  async #listen(http: Http): Promise<void> {
    this.#http = http;
    await new Promise<void>((done) => http.listen(this.#port, "localhost", done));
    const address = http.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
  }
}

/** At the provider's pages: says who one is, and that we may know. */
export async function consent(page: Page, name: string): Promise<void> {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("anything");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}
