import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError } from "../../api/errors";
import type { Api, Channel, Message, ServerEvent, State, Team } from "../../api/gen";
import { backoffMs } from "../../api/reconnect";
import type { Socket } from "../../api/socket";
import { uuidv7 } from "../../lib/uuid";
import { Histories, type Loading } from "./histories";
import { Marks } from "./marks";
import type { Outbox, Unsent } from "./outbox";
import type { Pending, Timeline } from "./timeline";
import { Typing } from "./typing";

const TYPING_EVERY_MS = 3000;

interface Given {
  readonly api: Api;
  readonly line: Pick<Socket, "tell">;
  readonly outbox: Outbox;
  /** People that a channel names. */
  readonly learn: (people: Channel["members"]) => void;
}

/** The conversations of this person.  Only its own methods write to its signals. */
export class ChatStore {
  readonly #given: Given;
  readonly #me = signal("");
  readonly #teams = signal<readonly Team[]>([]);
  readonly #channels = signal<ReadonlyMap<string, Channel>>(new Map());
  readonly #histories: Histories;
  readonly #marks: Marks;
  readonly #ready = signal(false);
  readonly #typedAt = new Map<string, number>();
  readonly #retries = new Map<string, ReturnType<typeof setTimeout>>();
  #dropped = 0;

  readonly typing = new Typing();
  readonly me: ReadonlySignal<string> = this.#me;
  readonly teams: ReadonlySignal<readonly Team[]> = this.#teams;
  /** False until the first state has come. */
  readonly ready: ReadonlySignal<boolean> = this.#ready;
  readonly channels: ReadonlySignal<readonly Channel[]> = computed(() => [
    ...this.#channels.value.values(),
  ]);
  /** Chats with something unread, and channels. */
  readonly unreadChats = computed(() => count(this.channels.value, (c) => c.kind !== "standard"));
  readonly unreadTeams = computed(() => count(this.channels.value, (c) => c.kind === "standard"));

  constructor(given: Given) {
    this.#given = given;
    this.#marks = new Marks(given.api);
    this.#histories = new Histories({
      api: given.api,
      lastChange: (id) => this.#channels.peek().get(id)?.last_change ?? 0,
    });
  }

  channel(id: string): Channel | undefined {
    return this.#channels.value.get(id);
  }

  timeline(id: string): Timeline | null {
    return this.#histories.timeline(id);
  }

  loading(id: string): Loading {
    return this.#histories.loading(id);
  }

  pending(id: string): readonly Pending[] {
    const rows = this.timeline(id)?.messages ?? [];
    const arrived = new Set(rows.map((m) => m.client_id));
    return this.#given.outbox.items.value.filter(
      (i) => i.channel === id && !arrived.has(i.clientId),
    );
  }

  /** Loads the newest page unless it is there. */
  open(id: string): Promise<void> {
    return this.#histories.open(id);
  }

  older(id: string): Promise<void> {
    return this.#histories.older(id);
  }

  send(channel: string, body: string): void {
    const now = Date.now();
    this.#typedAt.delete(channel);
    void this.#given.outbox.put({ clientId: uuidv7(now), channel, body, at: now, failed: null });
  }

  retry(clientId: string): void {
    const item = this.#unsent(clientId);
    if (item) void this.#given.outbox.put({ ...item, failed: null });
  }

  discard(clientId: string): void {
    void this.#given.outbox.remove(clientId);
  }

  /** A row that the server has answered a send with; the event may have come before or after. */
  sent(row: Message): void {
    this.#histories.take(row.channel, [row]);
  }

  /** Everything up to seq has been seen. */
  seen(id: string, seq: number): void {
    const channel = this.#channels.peek().get(id);
    if (!channel || (channel.read_seq >= seq && channel.unread === 0)) return;
    this.#patch(id, { read_seq: Math.max(seq, channel.read_seq), unread: 0 });
    this.#marks.seen(id, seq);
  }

  /** The page goes: says what was seen and may not have got through. */
  flush(): void {
    this.#marks.tell();
  }

  /** One's own typing; told at most every few seconds. */
  typed(channel: string): void {
    const now = Date.now();
    if (now - (this.#typedAt.get(channel) ?? 0) < TYPING_EVERY_MS) return;
    this.#typedAt.set(channel, now);
    this.#given.line.tell({ type: "typing", channel });
  }

  async start(people: readonly string[], name: string): Promise<Channel> {
    const [first] = people;
    const params = { idempotencyKey: uuidv7(Date.now()) };
    const made =
      people.length === 1 && first !== undefined
        ? await this.#given.api.channelCreate(params, { kind: "direct", members: [first] })
        : await this.#given.api.channelCreate(params, {
            kind: "group",
            members: people,
            ...(name === "" ? {} : { name }),
          });
    this.#put(made);
    return made;
  }

  async rename(id: string, name: string): Promise<void> {
    this.#put(await this.#given.api.channelEdit({ channel: id }, { name }));
  }

  async addMembers(id: string, users: readonly string[]): Promise<void> {
    this.#put(await this.#given.api.memberAdd({ channel: id }, { users }));
  }

  async leave(id: string): Promise<void> {
    await this.#given.api.memberRemove({ channel: id, user: this.#me.peek() });
    this.#drop(id);
  }

  /** Nothing is asked for any more. */
  end(): void {
    this.#histories.end();
    this.#forgetRetries();
  }

  /** A page of who is in it, after the given one, and which of those moderate it. */
  async members(id: string, after?: string) {
    const page = await this.#given.api.memberList({ channel: id, after, limit: 100 });
    this.#given.learn(page.people);
    return page;
  }

  async setModerator(id: string, user: string, on: boolean): Promise<void> {
    const role = on ? "moderator" : "member";
    await this.#given.api.memberRoleSet({ channel: id, user }, { role });
  }

  async removeMember(id: string, user: string): Promise<void> {
    await this.#given.api.memberRemove({ channel: id, user });
  }

  /** The direct chat with somebody, if there is one already. */
  directWith(user: string): Channel | undefined {
    return this.channels.value.find(
      (c) => c.kind === "direct" && c.members.some((m) => m.id === user),
    );
  }

  apply(e: ServerEvent): void {
    switch (e.type) {
      case "gap":
        this.#reset(e.state);
        this.#again();
        return;
      case "resumed":
        this.#again();
        return;
      case "message":
        this.#arrived(e.message);
        return;
      case "channel":
        if (e.what === "removed") this.#drop(e.channel);
        else void this.#fetch(e.channel);
        return;
      case "read":
        this.#read(e.channel, e.read_seq, e.unread);
        return;
      case "typing":
        this.typing.heard(e.channel, e.user);
        return;
      default:
        return;
    }
  }

  #reset(state: State): void {
    this.#forgetRetries();
    this.#me.value = state.me.id;
    this.#teams.value = state.teams;
    this.#channels.value = new Map(state.channels.map((c) => [c.id, c]));
    for (const c of state.channels) this.#given.learn(c.members);
    for (const [id, seq] of this.#marks.open)
      if (seq >= (this.channel(id)?.last_seq ?? seq)) this.#patch(id, { unread: 0 });
    this.#ready.value = true;
    this.#histories.refresh();
  }

  #arrived(row: Message): void {
    const channel = this.#channels.peek().get(row.channel);
    this.typing.wrote(row.channel, row.sender);
    if (channel && row.seq > channel.last_seq) {
      const own = row.sender === this.#me.peek();
      this.#patch(row.channel, {
        last_seq: row.seq,
        last_n: row.n,
        last_message: row,
        unread: own ? 0 : channel.unread + (row.n - channel.last_n),
        ...(own ? { read_seq: row.seq } : {}),
      });
    }
    if (channel && row.change > channel.last_change)
      this.#patch(row.channel, { last_change: row.change });
    this.#histories.take(row.channel, [row]);
  }

  /** The line is there again: what failed without it is due. */
  #again(): void {
    this.#histories.again();
    this.#marks.tell();
  }

  /** One's marker, moved on another page maybe; what has come back from here is old news. */
  #read(id: string, seq: number, unread: number): void {
    if (seq >= (this.#channels.peek().get(id)?.read_seq ?? 0))
      this.#patch(id, { read_seq: seq, unread });
  }

  /** A channel that was told of; what does not get through now is asked for again. */
  async #fetch(id: string, failures = 0): Promise<void> {
    const dropped = this.#dropped;
    clearTimeout(this.#retries.get(id));
    try {
      const channel = await this.#given.api.channelGet({ channel: id });
      if (dropped === this.#dropped) this.#put(channel);
      else void this.#fetch(id); /* this one may be gone by now: the server knows */
    } catch (e) {
      if (!(e instanceof ApiError && e.passing)) return;
      const wait = e.retryAfterMs ?? backoffMs(failures);
      this.#retries.set(
        id,
        setTimeout(() => void this.#fetch(id, failures + 1), wait),
      );
    }
  }

  #forgetRetries(): void {
    for (const timer of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
  }

  /** A channel as fetched; rows and markers that have come since then are newer. */
  #put(fetched: Channel): void {
    this.#given.learn(fetched.members);
    const known = this.#channels.peek().get(fetched.id);
    const channel = known ? withNewer(fetched, known) : fetched;
    this.#channels.value = new Map(this.#channels.peek()).set(channel.id, channel);
  }

  #patch(id: string, change: Partial<Channel>): void {
    const channel = this.#channels.peek().get(id);
    if (channel)
      this.#channels.value = new Map(this.#channels.peek()).set(id, { ...channel, ...change });
  }

  #drop(id: string): void {
    this.#dropped += 1;
    clearTimeout(this.#retries.get(id));
    const left = new Map(this.#channels.peek());
    left.delete(id);
    this.#channels.value = left;
    this.#histories.drop(id);
  }

  #unsent(clientId: string): Unsent | undefined {
    return this.#given.outbox.items.peek().find((i) => i.clientId === clientId);
  }
}

function withNewer(fetched: Channel, known: Channel): Channel {
  if (known.last_seq < fetched.last_seq || known.read_seq < fetched.read_seq) return fetched;
  const { last_seq, last_n, last_change, last_message, read_seq, unread } = known;
  return { ...fetched, last_seq, last_n, last_change, last_message, read_seq, unread };
}

const count = (channels: readonly Channel[], fits: (c: Channel) => boolean) =>
  channels.reduce((sum, c) => sum + (fits(c) ? c.unread : 0), 0);
