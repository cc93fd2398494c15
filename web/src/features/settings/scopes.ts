import type { ApiToken, Me } from "../../api/gen";

export type Scope = ApiToken["scopes"][number];

interface ScopeText {
  readonly id: Scope;
  readonly label: string;
  readonly hint: string;
}

const SCOPES: readonly ScopeText[] = [
  { id: "read", label: "Read", hint: "See your chats, people and calls." },
  { id: "write", label: "Write", hint: "Send messages, make groups, change what you may change." },
  { id: "admin", label: "Administer", hint: "Manage people, invitations and the audit log." },
];

/** What a token of this person can be allowed. */
export function scopesFor(me: Me): readonly ScopeText[] {
  const rules = me.role === "owner" || me.role === "admin";
  return SCOPES.filter((s) => rules || s.id !== "admin");
}

/** "Read, write" */
export function scopesText(scopes: readonly Scope[]): string {
  const text = SCOPES.filter((s) => scopes.includes(s.id))
    .map((s) => s.label.toLowerCase())
    .join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
