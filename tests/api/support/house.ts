import type { Channel, State } from "../../../web/src/api/gen";
import type { Issuer } from "./issuer";
import { invited, PASSWORD, Person, setUp } from "./person";
import { Server } from "./server";

/** What a channel is, as rows of api/authorization.json name it. */
export type Place = "group" | "standard" | "direct";

const secretOf = (url: string) => url.split("#")[1] ?? "";

/**
 * A house with everybody of api/authorization.json in it.
 *
 * The group was made by `moderator`, with member, team_owner, admin, deputy and victim; `removed` was
 * taken out of it and `owner`, who owns the house, has never been in it.  The standard channel is
 * General, in which are all but guests.  The direct chat is member's and deputy's.  `guest` came by a
 * link of the channel that the row is about (by the group's, where it is about none), `other_guest` by
 * one of the other.  The API tokens are deputy's, an administrator's, so that their scopes decide.
 */
export class House {
  readonly server: Server;
  readonly people = new Map<string, Person>();
  readonly channels = new Map<Place, Channel>();
  /** Of guests, by channel. */
  readonly links = new Map<Place, string>();
  team = "";

  private constructor(server: Server) {
    this.server = server;
  }

  static async build(provider: Issuer): Promise<House> {
    const env = {
      ALLOWED_PEERS: "127.0.0.0/8",
      RATE_LIMITS: "off",
      OIDC_ISSUER: provider.url,
      OIDC_CLIENT_ID: provider.clientId,
      OIDC_CLIENT_SECRET: provider.secret,
      OIDC_DOMAINS: "corp.example",
    };
    const house = new House(await Server.start({ env }));
    await house.#move();
    await house.#furnish();
    await house.#programs();
    await house.#lose();
    return house;
  }

  who(name: string): Person {
    const found = this.people.get(name);
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found;
  }

  /** The actor of a row about this place. */
  actor(name: string, place: string | undefined): Person {
    if (name !== "guest" && name !== "other_guest") return this.who(name);
    const here = place === "standard" ? "standard" : "group";
    const other = here === "group" ? "standard" : "group";
    return this.who(`guest of ${name === "guest" ? here : other}`);
  }

  channel(place: Place): Channel {
    const found = this.channels.get(place);
    if (found === undefined) throw new Error(`there is no ${place}`);
    return found;
  }

  /** The same person at another browser, for acts that would end the session of this one. */
  async twin(name: string, who: Person): Promise<Person> {
    if (name.startsWith("token") || ["anonymous", "deactivated", "expired"].includes(name))
      return who;
    if (who.me.role === "guest") {
      const place = who === this.who("guest of standard") ? "standard" : "group";
      return this.guest(place, who.me.name);
    }
    return this.signIn(who);
  }

  signIn(who: Person): Promise<Person> {
    return new Person(this.server).enter("/session", { email: who.me.email, password: PASSWORD });
  }

  guest(place: Place, name: string): Promise<Person> {
    const token = secretOf(this.links.get(place) ?? "");
    return new Person(this.server).enter("/guests/join", { token, name });
  }

  /** Takes somebody (back) into the group. */
  async include(person: Person, moderator = false): Promise<void> {
    const path = `/channels/${this.channel("group").id}/members`;
    const by = person === this.who("deputy") ? this.who("moderator") : this.who("deputy");
    await by.post(path, { users: [person.me.id] });
    if (moderator) await by.put(`${path}/${person.me.id}`, { role: "moderator" });
  }

  async #move(): Promise<void> {
    const owner = await setUp(this.server);
    this.people.set("anonymous", new Person(this.server));
    this.people.set("owner", owner);
    for (const name of ["removed", "member", "moderator", "team_owner", "deactivated", "expired"])
      this.people.set(name, await invited(owner, name.replace("_", " ")));
    for (const name of ["victim", "climber", "chief"])
      this.people.set(name, await invited(owner, name));
    for (const name of ["admin", "deputy"])
      this.people.set(name, await invited(owner, name, "admin"));
    const chief = `/api/v1/admin/people/${this.who("chief").me.id}`;
    await owner.call("PATCH", chief, { role: "owner" });
  }

  async #furnish(): Promise<void> {
    const owner = this.who("owner");
    const moderator = this.who("moderator");
    const members = [
      "removed",
      "member",
      "team_owner",
      "admin",
      "deputy",
      "victim",
      "deactivated",
      "expired",
    ];
    const group = await moderator.post<Channel>("/channels", {
      kind: "group",
      name: "Plans",
      members: members.map((n) => this.who(n).me.id),
    });
    this.channels.set("group", group.body);
    this.channels.set("standard", await owner.general());
    this.channels.set("direct", await this.who("member").direct(this.who("deputy")));
    await moderator.call(
      "DELETE",
      `/api/v1/channels/${group.body.id}/members/${this.who("removed").me.id}`,
    );

    this.team = (await owner.get<State>("/state")).body.teams[0]?.id ?? "";
    await owner.put(`/teams/${this.team}/members/${this.who("team_owner").me.id}`, {
      role: "owner",
    });
    const role = `/channels/${this.channel("standard").id}/members/${moderator.me.id}`;
    await owner.put(role, { role: "moderator" });
    for (const place of ["group", "standard"] as const) {
      const path = `/channels/${this.channel(place).id}/guest-links`;
      this.links.set(
        place,
        (await moderator.post<{ url: string }>(path, { max_uses: 1000 })).body.url,
      );
      this.people.set(`guest of ${place}`, await this.guest(place, `Guest of ${place}`));
    }
  }

  async #programs(): Promise<void> {
    for (const [name, scopes] of [
      ["token_read", ["read"]],
      ["token_write", ["write"]],
      ["token_admin", ["admin"]],
      ["token_all", ["read", "write", "admin"]],
    ] as const) {
      const made = await this.who("deputy").post<{ secret: string }>("/tokens", { name, scopes });
      const headers = { authorization: `Bearer ${made.body.secret}` };
      this.people.set(name, new Person(this.server, headers));
    }
  }

  /** Who is still at a page, but not in the house any more. */
  async #lose(): Promise<void> {
    const gone = this.who("deactivated");
    await this.who("owner").call("PATCH", `/api/v1/admin/people/${gone.me.id}`, { active: false });
    await this.server.end();
    this.server.alter(
      `UPDATE session SET expires_at = ${Date.now() - 1000} WHERE person IN
       (SELECT id FROM person WHERE email = '${this.who("expired").me.email}')`,
    );
    await this.server.again();
  }
}
