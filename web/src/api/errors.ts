import type { ErrorCode, ErrorReply } from "./gen";

/** A call that was refused, or that did not reach the server (code "offline"). */
export class ApiError extends Error {
  readonly code: ErrorCode | "offline";
  readonly status: number;
  readonly field: string | undefined;
  /** How long to wait before the next try, where the server said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode | "offline",
    message: string,
    more: { status?: number; field?: string | undefined; retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = more.status ?? 0;
    this.field = more.field;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Will the same call maybe succeed later? */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export function isErrorReply(value: unknown): value is ErrorReply {
  if (typeof value !== "object" || value === null || !("error" in value)) return false;
  const { error } = value;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

export const offline = () =>
  new ApiError("offline", "The server cannot be reached. Check your connection.");

/** A sentence for whoever looks at the page. */
export function errorText(e: unknown): string {
  const text = e instanceof Error ? e.message : "Something went wrong. Try again.";
  return text.charAt(0).toUpperCase() + text.slice(1); /* some begin with a field's name */
}
