import type { House, Place } from "./house";
import { PASSWORD, type Person, uuid } from "./person";

/** One cell of api/authorization.json, while it is asked. */
export interface Cell {
  readonly house: House;
  readonly name: string;
  readonly who: Person;
  /** The words of the row after its name. */
  readonly on: string | undefined;
  readonly yes: boolean;
}

export interface Ask {
  readonly path?: Record<string, string>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  /** What makes the house as it was, after a yes. */
  readonly after?: () => Promise<unknown>;
}

type Asking = (c: Cell) => Ask | Promise<Ask>;

const NONE = "A".repeat(43);
let made = 0;

const placeOf = (c: Cell): Place => c.on?.split(" ").at(-1) as Place;
const target = (c: Cell): Person => c.house.who(c.on?.includes("owner") ? "chief" : "climber");

async function listed(who: Person, path: string, key: string): Promise<string> {
  const rows = (await who.get<Record<string, { id: string; current?: boolean }[]>>(path)).body[key];
  const row = rows?.find((r) => r.current !== false) ?? rows?.[0];
  if (row === undefined) throw new Error(`${path} lists nothing`);
  return row.id;
}

/** An invitation that is open. */
async function invite(house: House): Promise<{ id: string; token: string }> {
  const answer = await house
    .who("owner")
    .post<{ invite: { id: string }; url: string }>("/invites", {});
  return { id: answer.body.invite.id, token: answer.body.url.split("#")[1] ?? "" };
}

async function ownSession(c: Cell): Promise<string> {
  const mine = c.name.startsWith("token") ? c.house.who("deputy") : c.who;
  return c.yes || mine !== c.who ? listed(mine, "/sessions", "sessions") : uuid();
}

async function tokenOf(who: Person): Promise<string> {
  const answer = await who.post<{ token: { id: string } }>("/tokens", {
    name: "t",
    scopes: ["read"],
  });
  return answer.body.token.id;
}

const guestLink = (c: Cell) => c.house.links.get("standard")?.split("#")[1] ?? "";

async function aGuestLink(c: Cell): Promise<string> {
  if (placeOf(c) === "direct") return uuid();
  const path = `/channels/${c.house.channel(placeOf(c)).id}/guest-links`;
  return (await c.house.who("moderator").post<{ link: { id: string } }>(path, {})).body.link.id;
}

const idOf = (c: Cell): string => {
  if (c.name.startsWith("token")) return c.house.who("deputy").me.id;
  return c.name === "anonymous" ? uuid() : c.who.me.id;
};

/* Back into the group, as what they were there. */
const leave: Asking = (c) => ({
  path: { user: idOf(c) },
  after: async () => {
    if (c.name === "guest") return;
    await c.house.include(
      c.name.startsWith("token") ? c.house.who("deputy") : c.house.who(c.name),
      c.name === "moderator",
    );
  },
});

/** How each call is made; those with neither body nor anything else in their path are left out. */
export const asks: Record<string, Asking> = {
  setup_run: () => ({
    body: { token: NONE, email: "x@example.org", name: "X", password: PASSWORD, team: "X" },
  }),
  session_create: ({ house }) => ({
    body: { email: house.who("victim").me.email, password: PASSWORD },
  }),
  /* Who has done it is at this browser from here on. */
  session_end_others: ({ house, name, who }) => ({
    after: async () => name.includes("guest") || house.people.set(name, who),
  }),
  session_end_one: async (c) => ({
    path: {
      session:
        c.on === "own"
          ? await ownSession(c)
          : await listed(c.house.who("victim"), "/sessions", "sessions"),
    },
  }),
  me_edit: ({ name }) => ({ body: { name: `Name of ${name}` } }),
  presence_set: () => ({ body: { state: null } }),
  invite_create: ({ on }) => ({
    body: { role: on === "an_admin" ? "admin" : "member", max_uses: 1 },
  }),
  invite_revoke: async ({ house }) => ({ path: { invite: (await invite(house)).id } }),
  invite_lookup: async ({ house }) => ({ body: { token: (await invite(house)).token } }),
  invite_accept: async ({ house }) => {
    made += 1;
    const { token } = await invite(house);
    return { body: { token, email: `new${made}@example.org`, name: "New", password: PASSWORD } };
  },
  channel_create: ({ house }) => ({
    body: { kind: "direct", members: [house.who("victim").me.id] },
  }),
  channel_edit: () => ({ body: { name: "Plans" } }),
  member_add: ({ house }) => ({ body: { users: [house.who("victim").me.id] } }),
  member_remove: (c) => {
    if (c.on?.startsWith("oneself")) return leave(c);
    const victim = c.house.who("victim");
    return { path: { user: victim.me.id }, after: () => c.house.include(victim) };
  },
  member_role_set: () => ({ body: { role: "member" } }),
  message_send: () => ({ body: { client_id: uuid(), body: "May I?" } }),
  channel_mark: () => ({ body: { seq: 0 } }),
  change_list: () => ({ query: "?after=0" }),
  socket_open: ({ house }) => ({ headers: { origin: house.server.url } }),
  calls_seen: () => ({ body: {} }),
  reset_mail: () => ({ body: { email: "nobody@example.org" } }),
  reset_lookup: () => ({ body: { token: NONE } }),
  reset_accept: () => ({ body: { token: NONE, password: PASSWORD } }),
  oidc_start: () => ({ body: {} }),
  guest_lookup: (c) => ({ body: { token: guestLink(c) } }),
  guest_join: (c) => ({ body: { token: guestLink(c), name: "Somebody" } }),
  password_set: () => ({ body: { current: "not the present one", password: PASSWORD } }),
  totp_begin: () => ({ body: { password: "not the present one" } }),
  totp_confirm: () => ({ body: { code: "000000" } }),
  totp_off: () => ({ body: { code: "000000" } }),
  recovery_codes_new: () => ({ body: { code: "000000" } }),
  token_create: () => ({ body: { name: "t", scopes: ["read"] } }),
  token_end: async (c) => {
    const owns = c.on === "own" && (c.yes || c.name.startsWith("token"));
    const whose = owns ? (c.yes ? c.who : c.house.who("deputy")) : c.house.who("victim");
    return { path: { token: await tokenOf(whose) } };
  },
  guest_link_create: () => ({ body: {} }),
  guest_link_revoke: async (c) => ({ path: { link: await aGuestLink(c) } }),
  team_role_set: () => ({ body: { role: "member" } }),
  admin_person_edit: (c) => {
    if (c.on !== "to_admin") return { path: { person: target(c).me.id }, body: { active: true } };
    const path = `/api/v1/admin/people/${target(c).me.id}`;
    return {
      path: { person: target(c).me.id },
      body: { role: "admin" },
      after: () => c.house.who("owner").call("PATCH", path, { role: "member" }),
    };
  },
  admin_reset: (c) => ({ path: { person: target(c).me.id } }),
  admin_sign_out: (c) => ({ path: { person: target(c).me.id } }),
  admin_totp_off: (c) => ({ path: { person: target(c).me.id } }),
  admin_bot_create: () => ({ body: { name: "Robot", scopes: ["read"] } }),
  admin_session_end: async (c) => {
    const there = await c.house.signIn(target(c));
    return { path: { session: await listed(there, "/sessions", "sessions") } };
  },
};

/** What is answered to who is let in but has asked for something that is not there, or is wrong. */
export const toldWhenIn: Record<string, string> = {
  setup_run: "already_set_up",
  socket_open: "upgrade_required",
  picture_get: "not_found",
  identity_remove: "not_found",
  reset_mail: "not_found",
  reset_lookup: "not_found",
  reset_accept: "not_found",
  password_set: "wrong_password",
  totp_begin: "wrong_password",
  totp_confirm: "conflict",
  totp_off: "conflict",
  recovery_codes_new: "conflict",
  admin_totp_off: "not_found",
};

/** Acts after which the actor is somebody else, or nobody: done by a twin. */
export const TAKE_ONESELF_OUT = new Set([
  "setup_run",
  "session_create",
  "invite_accept",
  "guest_join",
  "session_end",
  "session_end_others",
  "session_end_one own",
  "member_remove oneself group",
]);
