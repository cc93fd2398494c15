import { type ReadonlySignal, signal } from "@preact/signals";

const FORGET_MS = 6000;

/** Who writes where, as last heard; forgotten after a while, or once it has come. */
export class Typing {
  readonly #who = signal<ReadonlyMap<string, readonly string[]>>(new Map());
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** The people who write, by channel. */
  readonly who: ReadonlySignal<ReadonlyMap<string, readonly string[]>> = this.#who;

  in(channel: string): readonly string[] {
    return this.#who.value.get(channel) ?? [];
  }

  heard(channel: string, user: string): void {
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => this.wrote(channel, user), FORGET_MS),
    );
    const now = this.#who.peek().get(channel) ?? [];
    if (!now.includes(user)) this.#set(channel, [...now, user]);
  }

  wrote(channel: string, user: string | null): void {
    const now = this.#who.peek().get(channel);
    if (user === null || !now?.includes(user)) return;
    const key = `${channel} ${user}`;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#set(
      channel,
      now.filter((u) => u !== user),
    );
  }

  #set(channel: string, users: readonly string[]): void {
    this.#who.value = new Map(this.#who.peek()).set(channel, users);
  }
}
