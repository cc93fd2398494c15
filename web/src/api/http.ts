import { ApiError, isErrorReply, offline } from "./errors";
import { type Api, type ErrorCode, type Route, routes } from "./gen";

type Params = Readonly<Record<string, unknown>>;

function place(route: Route, params: Params): { url: string; headers: Record<string, string> } {
  let path = route.path;
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const { key, name, in: where } of route.params) {
    const value = params[key];
    if (value === undefined) continue;
    if (where === "path") path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (where === "query") query.set(name, String(value));
    else headers[name] = String(value);
  }
  const search = query.toString();
  return { url: search === "" ? path : `${path}?${search}`, headers };
}

function waitOf(answer: Response): number | undefined {
  const seconds = Number(answer.headers.get("retry-after"));
  return seconds > 0 ? seconds * 1000 : undefined;
}

async function readReply(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined;
  const reply: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return reply;
  const retryAfterMs = waitOf(answer);
  if (!isErrorReply(reply))
    throw new ApiError("internal", "The server gave no proper answer. Try again.", {
      status: answer.status,
      retryAfterMs,
    });
  throw new ApiError(reply.error.code as ErrorCode, reply.error.message, {
    status: answer.status,
    field: reply.error.field,
    retryAfterMs,
  });
}

/* What is still said while the page goes is to outlive it. */
let leaving = false;

async function call(route: Route, params: Params, body: unknown): Promise<unknown> {
  const { url, headers } = place(route, params);
  const init: RequestInit = { method: route.method, headers, credentials: "same-origin" };
  if (leaving) init.keepalive = true;
  if (route.body) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  const answer = await fetch(url, init).catch(() => {
    throw offline();
  });
  return readReply(answer);
}

/** The contract's calls over fetch; onSignedOut hears when the session is over. */
export function httpApi(onSignedOut: () => void): Api {
  window.addEventListener("pagehide", () => {
    leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  const methods = Object.entries(routes).map(([name, entry]) => {
    const route: Route = entry;
    const method = async (first?: unknown, second?: unknown): Promise<unknown> => {
      const [params, body] = route.params.length > 0 ? [first, second] : [{}, first];
      try {
        return await call(route, (params ?? {}) as Params, body);
      } catch (e) {
        if (e instanceof ApiError && e.code === "signed_out") onSignedOut();
        throw e;
      }
    };
    return [name, method] as const;
  });
  return Object.fromEntries(methods) as unknown as Api;
}
