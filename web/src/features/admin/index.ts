/** The pages of an administrator, as in /admin/audit; undefined is the first. */
export const ADMIN_PARTS: readonly unknown[] = [
  undefined,
  "people",
  "invites",
  "sign-in",
  "sessions",
  "audit",
  "storage",
];
