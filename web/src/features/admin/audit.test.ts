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
