import { expect, it } from "vitest";
import type { Channel } from "../../api/gen";
import { chatRows, teamRows } from "./rows";

const chat = (id: string, over: Partial<Channel> = {}): Channel => ({
  id,
  kind: "group",
  team: null,
  name: id,
  members: [],
  member_count: 3,
  role: "member",
  last_seq: 0,
  last_n: 0,
  last_change: 0,
  read_seq: 0,
  unread: 0,
  last_message: null,
  created_at: 0,
  ...over,
});
const all = [
  chat("Old", { created_at: 1 }),
  chat("New", { created_at: 9, unread: 2 }),
  chat("Zeta", { kind: "standard", team: "t" }),
  chat("General", { kind: "standard", team: "t" }),
];
const ids = (rows: readonly Channel[]) => rows.map((c) => c.id);

it("shows chats, the latest first, through the filters", () => {
  expect(ids(chatRows(all, "me", { unread: false, text: "" }))).toEqual(["New", "Old"]);
  expect(ids(chatRows(all, "me", { unread: true, text: "" }))).toEqual(["New"]);
  expect(ids(chatRows(all, "me", { unread: false, text: " oL" }))).toEqual(["Old"]);
});

it("shows a team's channels, General first", () => {
  expect(ids(teamRows(all, "t"))).toEqual(["General", "Zeta"]);
});
