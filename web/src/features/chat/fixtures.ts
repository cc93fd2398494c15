import type { Channel, Message } from "../../api/gen";

/* Rows for tests. */

export const row = (seq: number, body: string, over: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  channel: "general",
  seq,
  n: seq,
  change: seq,
  sender: "ada",
  client_id: `c${seq}`,
  kind: "text",
  body,
  data: null,
  created_at: Date.UTC(2025, 2, 3, 9, seq),
  edited_at: null,
  deleted: false,
  ...over,
});

export const channel = (id: string, over: Partial<Channel> = {}): Channel => ({
  id,
  kind: "direct",
  team: null,
  name: null,
  members: [],
  member_count: 2,
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
