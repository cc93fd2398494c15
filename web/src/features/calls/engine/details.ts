/* What is copied for whoever is asked for help.  Pure. */
import type { Found } from "./candidates";
import { diagnose } from "./diagnosis";
import type { Evidence, Local } from "./evidence";

function kindText({ kind, protocol, reach, family }: Found): string {
  return [kind, protocol, reach, family ? `IPv${family}` : ""].filter(Boolean).join(" ");
}

function localText(c: Local): string {
  return c.relayWay ? `${kindText(c)}, asked over ${c.relayWay}` : kindText(c);
}

const lines = (of: readonly string[], none: string): readonly string[] =>
  (of.length > 0 ? of : [none]).map((line) => `  ${line}`);

/** Which step failed and what was seen: kinds of addresses, no address; servers, no credential. */
export function detailsOf(e: Evidence, now: Date, browser: string): string {
  const { step, title } = diagnose(e);
  return [
    `Convene, a call that does not connect, ${now.toISOString()}`,
    `Step: ${step} (${title})`,
    `Browser: ${browser}`,
    `Network: ${e.online ? "there" : "none"}; the other side: ${e.answered ? "described itself" : "silent"}`,
    `States: connection ${e.connection}, ICE ${e.ice}, gathering ${e.gathering}; looked for a new way ${e.restarts} times`,
    `Policy: ${e.relayOnly ? "relays only (a guest is in the call)" : "all ways"}`,
    e.listed ? "Servers offered:" : "Servers offered (the list could not be fetched):",
    ...lines(e.offered, "none"),
    "What servers refused:",
    ...lines(
      e.refusals.map((r) => `${r.code} ${r.text} (${r.url})`),
      "nothing that the browser tells",
    ),
    "Found here:",
    ...lines(e.local.map(localText), "no address"),
    "Told by the other side:",
    ...lines(e.remote.map(kindText), "no address"),
  ].join("\n");
}
