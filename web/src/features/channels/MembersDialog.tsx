import { useEffect, useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Channel, Me, Person } from "../../api/gen";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { Asking } from "../../ui/dialog/Asking";
import { Dialog } from "../../ui/dialog/Dialog";
import { List } from "../../ui/list/List";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import type { ChatStore } from "../chat";
import type { PeopleStore } from "../people";
import { type MemberAct, MemberRow } from "./MemberRow";

interface Props {
  readonly channel: Channel;
  readonly me: Me;
  readonly people: PeopleStore;
  readonly chat: Pick<ChatStore, "members" | "setModerator" | "removeMember">;
  readonly onClose: () => void;
}

interface Shown {
  readonly people: readonly Person[];
  readonly moderators: ReadonlySet<string>;
}

/** Everybody in a conversation; long lists come by pages.  Moderators change what the others are. */
export function MembersDialog({ channel, me, people, chat, onClose }: Props) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [leaving, setLeaving] = useState<Person | null>(null);
  const complete = shown !== null && shown.people.length >= channel.member_count;
  const moderates = channel.role === "moderator" || me.role === "admin" || me.role === "owner";

  const load = (before: Shown | null) => {
    setError(null);
    chat.members(channel.id, before?.people.at(-1)?.id).then(
      (page) =>
        setShown({
          people: [...(before?.people ?? []), ...page.people],
          moderators: new Set([...(before?.moderators ?? []), ...page.moderators]),
        }),
      setError,
    );
  };
  useEffect(() => load(null), []);

  const act = (person: Person, what: MemberAct) => {
    if (what === "remove") return setLeaving(person);
    setError(null);
    chat.setModerator(channel.id, person.id, what === "moderator").then(() => load(null), setError);
  };
  if (leaving)
    return (
      <Asking
        title={`Take ${leaving.name} out?`}
        submit="Take out"
        danger
        onClose={() => setLeaving(null)}
        onSubmit={async () => {
          await chat.removeMember(channel.id, leaving.id);
          load(null);
        }}
      >
        They will not see what is written from now on. What they wrote stays.
      </Asking>
    );
  return (
    <Dialog open title={`People (${channel.member_count})`} onClose={onClose}>
      {error !== null && <Banner kind="error">{errorText(error)}</Banner>}
      {shown === null && error === null && <Skeleton rows={4} />}
      <List label="People">
        {shown?.people.map((p) => (
          <MemberRow
            key={p.id}
            person={p}
            people={people}
            moderator={shown.moderators.has(p.id)}
            acts={
              moderates && p.id !== me.id ? actsFor(channel, p, shown.moderators.has(p.id)) : []
            }
            onAct={(what) => act(p, what)}
            onPicked={onClose}
          />
        ))}
      </List>
      {shown !== null && !complete && <Button onClick={() => load(shown)}>Show more</Button>}
    </Dialog>
  );
}

function actsFor(channel: Channel, person: Person, moderator: boolean): readonly MemberAct[] {
  const role: readonly MemberAct[] =
    person.role === "guest" ? [] : [moderator ? "member" : "moderator"];
  return channel.kind === "group" ? [...role, "remove"] : role;
}
