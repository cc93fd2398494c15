import type { Me } from "../../../web/src/api/gen";
import type { Issuer } from "./issuer";
import type { Server } from "./server";

export interface Landing {
  readonly status: number;
  /** Where the browser was sent on to. */
  readonly to: string;
  /** "flow_lost", or undefined when it went well. */
  readonly problem: string | undefined;
}

export interface Started {
  readonly status: number;
  readonly url: string;
  readonly body: { error?: { code: string; field?: string } };
}

/** A browser as far as sign-in needs one: it keeps cookies and follows nothing by itself. */
export class Browser {
  readonly server: Server;
  readonly cookies = new Map<string, string>();

  constructor(server: Server) {
    this.server = server;
  }

  async request(method: string, path: string, body?: unknown): Promise<Response> {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(cookie === "" ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/Max-Age=0/.test(line)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }

  async start(body: object = {}, provider = "oidc"): Promise<Started> {
    const answer = await this.request("POST", `/api/v1/oidc/${provider}/start`, body);
    const json = (await answer.json()) as { url?: string };
    return { status: answer.status, url: json.url ?? "", body: json as Started["body"] };
  }

  /** Comes to an address of ours, as the provider sends it. */
  async land(at: URL | string): Promise<Landing> {
    const url = new URL(at);
    const answer = await this.request("GET", `${url.pathname}${url.search}`);
    const to = answer.headers.get("location") ?? "";
    const problem = /^\/sign-in#problem=([a-z_]+)/.exec(to)?.[1];
    return { status: answer.status, to, problem };
  }

  /** Goes to the provider and comes back. */
  async signIn(issuer: Issuer, body: object = {}, provider = "oidc"): Promise<Landing> {
    const started = await this.start(body, provider);
    if (started.status !== 200)
      return { status: started.status, to: "", problem: started.body.error?.code };
    return this.land(issuer.consent(started.url));
  }

  async me(): Promise<Me | undefined> {
    const answer = await this.request("GET", "/api/v1/me");
    return answer.status === 200 ? ((await answer.json()) as Me) : undefined;
  }
}
