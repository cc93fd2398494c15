import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server as Http, type ServerResponse } from "node:http";

const b64 = (v: string | Buffer) => Buffer.from(v).toString("base64url");

export interface Key {
  readonly kid: string;
  readonly private: KeyObject;
  readonly public: KeyObject;
}

export function newKey(kid = randomBytes(6).toString("hex")): Key {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid, private: pair.privateKey, public: pair.publicKey };
}

export function jwkOf(key: Key): Record<string, unknown> {
  return { ...key.public.export({ format: "jwk" }), kid: key.kid, use: "sig", alg: "RS256" };
}

/** A token as it is signed, by whatever `signWith` says. */
export function jws(
  header: Record<string, unknown>,
  claims: unknown,
  signWith: (input: string) => Buffer,
): string {
  const input = `${b64(JSON.stringify(header))}.${b64(JSON.stringify(claims))}`;
  return `${input}.${signWith(input).toString("base64url")}`;
}

export const rs256 = (key: Key) => (input: string) => sign("sha256", Buffer.from(input), key.private);

export interface Account {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean | string;
  readonly name?: string;
  readonly picture?: string;
  readonly hd?: string;
}

/** What a provider does otherwise than it should; each stands for one answer. */
export interface Evil {
  configuration?: (good: Record<string, unknown>) => unknown;
  keys?: (good: { keys: Record<string, unknown>[] }) => unknown;
  claims?: (good: Record<string, unknown>) => Record<string, unknown>;
  token?: (claims: Record<string, unknown>, key: Key) => string;
  tokens?: (good: Record<string, unknown>) => unknown;
  userinfo?: (good: Record<string, unknown>) => unknown;
  /** Takes the answer over; true: it has. */
  answer?: (path: string, req: IncomingMessage, res: ServerResponse) => boolean;
}

interface Grant {
  readonly account: Account;
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
}

/** An OpenID provider of our own that can be told to lie. */
export class Issuer {
  readonly clientId = "convene-test";
  readonly secret = "s3cret+/ with: signs";
  account: Account = { sub: "1" };
  evil: Evil = {};
  key = newKey();
  maxAge: number | undefined;
  /** How often each path was asked for. */
  readonly asked = new Map<string, number>();
  /** The forms of the token endpoint. */
  readonly forms: URLSearchParams[] = [];
  #http: Http;
  #grants = new Map<string, Grant>();
  #port = 0;

  constructor() {
    this.#http = createServer((req, res) => void this.#serve(req, res));
  }

  static async start(): Promise<Issuer> {
    const i = new Issuer();
    await i.listen();
    return i;
  }

  async listen(): Promise<void> {
    await new Promise<void>((done) => this.#http.listen(this.#port, "127.0.0.1", done));
    const address = this.#http.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    this.#port = address.port;
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  /** Starts again at the same place. */
  async again(): Promise<void> {
    this.#http = createServer((req, res) => void this.#serve(req, res));
    await this.listen();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What a person does at the page of the provider: says yes, and is sent back to the address. */
  consent(authorization: string): URL {
    const asked = new URL(authorization).searchParams;
    const get = (name: string) => asked.get(name) ?? "";
    const code = randomBytes(16).toString("hex");
    this.#grants.set(code, {
      account: this.account,
      nonce: get("nonce"),
      challenge: get("code_challenge"),
      redirect: get("redirect_uri"),
    });
    const back = new URL(get("redirect_uri"));
    back.searchParams.set("code", code);
    back.searchParams.set("state", get("state"));
    return back;
  }

  #configuration(): Record<string, unknown> {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      userinfo_endpoint: `${this.url}/userinfo`,
      jwks_uri: `${this.url}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
  }

  #claims(grant: Grant): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.url,
      aud: this.clientId,
      exp: now + 300,
      iat: now,
      nonce: grant.nonce,
      ...grant.account,
    };
  }

  #token(form: URLSearchParams, authorization: string): [number, unknown] {
    const code = form.get("code") ?? "";
    const grant = this.#grants.get(code);
    const form64 = (s: string) => new URLSearchParams({ s }).toString().slice(2);
    const basic = b64Std(`${form64(this.clientId)}:${form64(this.secret)}`);
    if (authorization !== `Basic ${basic}`) return [401, { error: "invalid_client" }];
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    this.#grants.delete(code);
    if (grant === undefined || grant.challenge !== challenge || grant.redirect !== form.get("redirect_uri"))
      return [400, { error: "invalid_grant" }];
    const good = this.#claims(grant);
    const claims = this.evil.claims?.(good) ?? good;
    const header = { alg: "RS256", kid: this.key.kid, typ: "JWT" };
    const token = this.evil.token?.(claims, this.key) ?? jws(header, claims, rs256(this.key));
    const tokens = { access_token: `at-${grant.account.sub}`, token_type: "Bearer", id_token: token };
    return [200, this.evil.tokens?.(tokens) ?? tokens];
  }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? "").split("?")[0] ?? "";
    this.asked.set(path, (this.asked.get(path) ?? 0) + 1);
    let body = "";
    for await (const chunk of req) body += String(chunk);
    if (this.evil.answer?.(path, req, res)) return;
    const say = (status: number, value: unknown) => {
      const age = this.maxAge === undefined ? {} : { "cache-control": `max-age=${this.maxAge}` };
      res.writeHead(status, { "content-type": "application/json", ...age });
      res.end(typeof value === "string" ? value : JSON.stringify(value));
    };
    if (path === "/.well-known/openid-configuration") {
      const good = this.#configuration();
      say(200, this.evil.configuration?.(good) ?? good);
    } else if (path === "/keys") {
      const good = { keys: [jwkOf(this.key)] };
      say(200, this.evil.keys?.(good) ?? good);
    } else if (path === "/token" && req.method === "POST") {
      const form = new URLSearchParams(body);
      this.forms.push(form);
      say(...this.#token(form, req.headers.authorization ?? ""));
    } else if (path === "/userinfo") {
      const good = { ...this.account };
      say(200, this.evil.userinfo?.(good) ?? good);
    } else {
      say(404, { error: "not_found" });
    }
  }
}

const b64Std = (s: string) => Buffer.from(s).toString("base64");
