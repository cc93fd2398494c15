import type { SignIn } from "../../api/gen";
import type { Problem } from "./back";

export interface Told {
  readonly kind: "info" | "warning" | "error";
  /** What happened. */
  readonly what: string;
  /** What to do now. */
  readonly next: string;
}

function nameOf(provider: string, ways: SignIn | null): string {
  const known = ways?.providers.find((p) => p.id === provider)?.name;
  return known ?? (provider === "google" ? "Google" : "The provider");
}

/** Why the way through a provider led nowhere, in words, and what helps. */
export function problemText({ code, provider }: Problem, ways: SignIn | null): Told {
  const name = nameOf(provider, ways);
  const other = ways?.local_accounts ? ", or sign in with your password." : ".";
  const told = (what: string, next: string, kind: Told["kind"] = "error"): Told => ({
    kind,
    what,
    next,
  });
  switch (code) {
    case "denied":
      return told(
        `You cancelled at ${name}.`,
        "Nothing was changed. Try again whenever you like.",
        "info",
      );
    case "flow_lost":
      return told(
        "The way back was lost.",
        "It took too long, was begun in another browser, or was used before. Begin again here.",
        "warning",
      );
    case "provider_down":
      return told(`${name} does not answer.`, `Try again in a minute${other}`);
    case "provider_wrong":
      return told(
        `The answer of ${name} cannot be trusted.`,
        "Nobody was signed in. Try again; if it stays so, tell an administrator, who finds the reason under Administration > Sign-in methods.",
      );
    case "not_invited":
      return told(
        `No account here belongs to this account of ${name}.`,
        "Ask an administrator for an invitation and open its link. If you have a password here, sign in with it and connect the account under Settings > Security.",
      );
    case "domain":
      return told(
        "Accounts of this organisation may not come in here.",
        `Choose another account at ${name}, or ask an administrator for an invitation.`,
      );
    case "email_taken":
      return told(
        `Somebody here has the address of this account of ${name} already.`,
        "If that is you, sign in as you did before and connect the account under Settings > Security.",
      );
    case "email_unverified":
      return told(
        `${name} has not confirmed your address.`,
        `Confirm it at ${name} – mostly by a mail with a link – then try again.`,
      );
    case "deactivated":
      return told("Your account here was deactivated.", "Ask an administrator to bring it back.");
    case "connected_elsewhere":
      return told(
        `This account of ${name} belongs to another account here.`,
        "Remove it there first, or choose another one.",
      );
    case "too_many":
      return told(
        "Your account is connected to as many others as it can be.",
        "Remove one under Settings > Security, then try again.",
      );
    case "too_often":
      return told("There were too many tries.", "Wait a minute, then try again.", "warning");
    case "set_up":
      return told(
        "This set-up link is not good any more.",
        "If Convene is set up, sign in or ask its owner for an invitation. Else open the link that the server printed last.",
      );
    case "unavailable":
      return told(
        "Convene cannot store anything at present.",
        "Nobody was signed in. Try again in a moment.",
      );
    case "ended":
      return told(
        "You were signed out.",
        "Your session was ended or has expired. Sign in again; what you wrote is kept in this browser.",
        "info",
      );
    case "visit_over":
      return told("Your visit has ended.", "Ask whoever invited you for a new link.", "info");
    default:
      return told("Signing in did not work.", `Try again${other}`);
  }
}
