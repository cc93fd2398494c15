import { ApiError, errorText } from "../../api/errors";

function waitText(ms: number | undefined): string {
  if (ms === undefined) return "Wait a minute, then try again.";
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `Try again in ${seconds} s.`;
  const minutes = Math.ceil(seconds / 60);
  return `Try again in ${minutes} min.`;
}

/** The same rule as the server's, told before it is broken. */
export const PASSWORD_RULE =
  "12 characters or more. A few words are easier to remember than signs.";

/** What a form says of a refusal: what happened, and what to do now. */
export function refusalText(e: unknown): string {
  if (!(e instanceof ApiError)) return errorText(e);
  switch (e.code) {
    case "rate_limited":
      return `Too many tries. ${waitText(e.retryAfterMs)}`;
    case "wrong_password":
      return e.field === "current" || e.field === "password"
        ? "This is not your password."
        : "The address or the password is wrong.";
    case "wrong_code":
      return "This code is wrong, was used before, or has expired.";
    case "local_accounts_off":
      return "Passwords are switched off here. Use another way to sign in.";
    case "email_taken":
      return "Somebody with this address is here already. Sign in instead.";
    case "last_way_in":
      return "This is your last way to sign in. Set a password or connect another account first.";
    case "too_short":
    case "bad_value":
      return e.field === "password" && !e.message.includes("too long")
        ? "Use 12 characters or more, and not only blanks."
        : errorText(e);
    default:
      return errorText(e);
  }
}
