/* The calls that ring or run, as the server tells them.  Pure. */
import type { Call, Leg } from "../../api/gen";

export type Book = ReadonlyMap<string, Call>;

/** The higher change wins; what has ended is forgotten. */
export function withCall(book: Book, call: Call): Book {
  const known = book.get(call.id);
  if (known && known.change >= call.change) return book;
  const next = new Map(book);
  if (call.state === "ended") next.delete(call.id);
  else next.set(call.id, call);
  return next;
}

/** With the legs of before, when it tells those alone that have changed; undefined: what was before is not known here. */
export function wholeOf(book: Book, call: Call): Call | undefined {
  if (call.since === undefined) return call;
  const known = book.get(call.id);
  if (!known || known.change < call.since) return undefined;
  const legs = new Map([...known.legs, ...call.legs].map((l) => [l.id, l]));
  return { ...call, legs: [...legs.values()] };
}

export const bookOf = (calls: readonly Call[]): Book => calls.reduce(withCall, new Map());

const legsOf = (call: Call, user: string): readonly Leg[] =>
  call.legs.filter((l) => l.user === user);

/** What rings for this person now, oldest first: a meeting goes on already while it does. */
export function ringsFor(book: Book, me: string): readonly Call[] {
  return [...book.values()]
    .filter((c) => legsOf(c, me).some((l) => l.state === "ringing"))
    .sort((a, b) => a.started_at - b.started_at);
}

export interface Elsewhere {
  readonly call: Call;
  /** The page that holds it is away: it was closed or loaded again. */
  readonly lost: boolean;
}

/** A call of this person that another page holds. */
export function elsewhereOf(book: Book, me: string, page: string): Elsewhere | null {
  for (const call of book.values()) {
    const held = legsOf(call, me).filter((l) => l.state === "joined" || l.state === "lost");
    if (held.length > 0 && held.every((l) => l.page !== page))
      return { call, lost: held.every((l) => l.state === "lost") };
  }
  return null;
}

export function peerOf(call: Call, me: string): string | null {
  return call.legs.find((l) => l.user !== me)?.user ?? (call.caller === me ? null : call.caller);
}

export const callIn = (book: Book, channel: string): Call | undefined =>
  [...book.values()].find((c) => c.channel === channel);

/** Calls that the server believes this page to be in. */
export const straysOf = (book: Book, page: string): readonly string[] =>
  [...book.values()]
    .filter((c) => c.legs.some((l) => l.page === page && l.state !== "left"))
    .map((c) => c.id);

export const hadCamera = (call: Call | undefined, me: string): boolean =>
  call?.legs.findLast((l) => l.user === me && l.state !== "left")?.camera ?? false;

/** Whoever is not known may be one. */
export const hasGuest = (call: Call, people: { roleOf(id: string): string }): boolean =>
  call.legs.some((l) => people.roleOf(l.user) === "guest");
