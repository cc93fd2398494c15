import type { AdminPerson, Me } from "../../api/gen";

export type Role = Me["role"];

const RANK: Readonly<Record<Role, number>> = { guest: 0, member: 1, admin: 2, owner: 3 };

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  owner: "Owner",
  admin: "Administrator",
  member: "Member",
  guest: "Guest",
};

/** May I change this person?  Owners may anybody; administrators whoever is below them. */
export function mayChange(me: Me, role: Role): boolean {
  return me.role === "owner" || RANK[role] < RANK[me.role];
}

/** What I can make of this person, besides what they are. */
export function rolesFor(me: Me, row: AdminPerson): readonly ("owner" | "admin" | "member")[] {
  if (row.person.role === "guest" || row.person.bot || !mayChange(me, row.person.role)) return [];
  const given = me.role === "owner" ? (["owner", "admin", "member"] as const) : [];
  return given.filter((r) => r !== row.person.role);
}
