import { useEffect, useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Channel, Person } from "../../api/gen";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { Dialog } from "../../ui/dialog/Dialog";
import { List } from "../../ui/list/List";
import { ListRow } from "../../ui/list/ListRow";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import type { ChatStore } from "../chat";
import { Face, type PeopleStore } from "../people";

interface Props {
  readonly channel: Channel;
  readonly people: PeopleStore;
  readonly api: Pick<ChatStore, "members">;
  readonly onClose: () => void;
}

/** Everybody in a conversation; long lists come by pages. */
export function MembersDialog({ channel, people, api, onClose }: Props) {
  const [members, setMembers] = useState<readonly Person[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const complete = members !== null && members.length >= channel.member_count;

  const more = () => {
    api
      .members(channel.id, members?.at(-1)?.id)
      .then((page) => setMembers([...(members ?? []), ...page]), setError);
  };
  useEffect(more, []);

  return (
    <Dialog open title={`People (${channel.member_count})`} onClose={onClose}>
      {error !== null && <Banner kind="error">{errorText(error)}</Banner>}
      {members === null && error === null && <Skeleton rows={4} />}
      <List label="People">
        {members?.map((p) => (
          <MemberRow key={p.id} person={p} people={people} onPicked={onClose} />
        ))}
      </List>
      {members !== null && !complete && <Button onClick={more}>Show more</Button>}
    </Dialog>
  );
}

interface RowProps {
  readonly person: Person;
  readonly people: PeopleStore;
  readonly onPicked: () => void;
}

function MemberRow({ person, people, onPicked }: RowProps) {
  /* Nothing beside an open dialog can be used: it goes before the card comes. */
  const pick = (e: MouseEvent) => {
    if (!(e.currentTarget instanceof Element)) return;
    const beside = e.currentTarget.getBoundingClientRect();
    onPicked();
    setTimeout(() => people.cards.show(person.id, beside));
  };
  return (
    <ListRow
      title={person.name}
      detail={person.role === "guest" ? "Guest" : person.bot ? "Bot" : ""}
      start={<Face people={people} id={person.id} name={person.name} />}
      onClick={pick}
    />
  );
}
