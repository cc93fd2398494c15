import { expect, it } from "vitest";
import type { AuditEntry } from "../../api/gen";
import { actText } from "./audit";

const entry = (action: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  n: 1,
  at: 0,
  actor: null,
  action,
  target: "",
  target_name: "",
  ip: "",
  detail: "{}",
  ...more,
});

it("says what was done to whom", () => {
  const role = entry("person.role", {
    target_name: "Ben",
    detail: '{"from":"member","to":"admin"}',
  });
  expect(actText(role)).toBe("changed a role: Ben from member to admin");
  expect(actText(entry("session.create"))).toBe("signed in");
});

it("tells an act that it does not know by its name", () => {
  expect(actText(entry("file.purge", { detail: "no JSON" }))).toBe("file.purge");
});

it("says where a guest came in, and what an invitation makes of people", () => {
  const link = entry("guest_link.create", { detail: '{"channel":"1","place":"Launch"}' });
  expect(actText(link)).toBe("made a link for guests in Launch");
  expect(actText(entry("invite.create", { detail: '{"role":"admin","max_uses":1}' }))).toBe(
    "made an invitation as admin",
  );
  expect(actText(entry("invite.create", { detail: '{"role":"member","max_uses":5}' }))).toBe(
    "made an invitation",
  );
});
