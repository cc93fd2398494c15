import type { AuditEntry } from "../../api/gen";

/** What each act is called, with what it was done to behind it. */
const ACTS: Readonly<Record<string, string>> = {
  "session.create": "signed in",
  "session.refused": "was refused at signing in",
  "session.end": "ended a session",
  "password.set": "set a new password",
  "password.reset": "set a new password by a link",
  "password.link": "made a link for a new password",
  "totp.on": "switched a second factor on",
  "totp.off": "switched a second factor off",
  "recovery.used": "used a recovery code",
  "identity.connect": "connected an account",
  "identity.remove": "removed an account",
  "person.create": "joined",
  "person.role": "changed a role",
  "person.deactivate": "deactivated",
  "person.restore": "brought back",
  "invite.create": "made an invitation",
  "invite.revoke": "withdrew an invitation",
  "guest_link.create": "made a link for guests",
  "guest_link.revoke": "withdrew a link for guests",
  "guest.join": "came as a guest",
  "token.create": "made an API token",
  "token.end": "ended an API token",
  "bot.create": "made a bot",
  "member.role": "changed who moderates a channel",
  "member.remove": "took somebody out of a channel",
  "team.role": "changed who owns a team",
};

export const ACTIONS = [
  { value: "", label: "Everything" },
  ...Object.entries(ACTS).map(([value, text]) => ({
    value,
    label: text.charAt(0).toUpperCase() + text.slice(1),
  })),
];

function more(e: AuditEntry): string {
  try {
    const detail: unknown = JSON.parse(e.detail);
    if (typeof detail !== "object" || detail === null) return "";
    const { from, to, place, role } = detail as Readonly<Record<string, unknown>>;
    if (typeof from === "string" && typeof to === "string") return ` from ${from} to ${to}`;
    if (typeof to === "string") return ` to ${to}`;
    if (typeof place === "string" && place !== "") return ` in ${place}`;
    if (typeof role === "string" && role !== "member") return ` as ${role}`;
  } catch {
    /* An entry of a later version is told as far as it is understood. */
  }
  return "";
}

/** "changed a role: Ben, from member to admin" */
export function actText(e: AuditEntry): string {
  const act = ACTS[e.action] ?? e.action;
  const whom = e.target_name !== "" && e.target_name !== e.actor?.name ? `: ${e.target_name}` : "";
  return `${act}${whom}${more(e)}`;
}
