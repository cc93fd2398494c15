import type { Person } from "../../api/gen";
import * as later from "../../ui/icons/later";
import { ListRow } from "../../ui/list/ListRow";
import { Menu } from "../../ui/menu/Menu";
import { Face, type PeopleStore } from "../people";

export type MemberAct = "moderator" | "member" | "remove";

interface Props {
  readonly person: Person;
  readonly people: PeopleStore;
  readonly moderator: boolean;
  readonly acts: readonly MemberAct[];
  readonly onAct: (what: MemberAct) => void;
  readonly onPicked: () => void;
}

const LABELS: Readonly<Record<MemberAct, string>> = {
  moderator: "Make moderator",
  member: "Moderator no longer",
  remove: "Take out of the group",
};

function whatText(person: Person, moderator: boolean): string {
  if (!person.active) return "No longer here";
  if (moderator) return "Moderator";
  if (person.role === "guest") return "Guest";
  return person.bot ? "Bot" : "";
}

/** Somebody in a conversation, and what a moderator can do with them. */
export function MemberRow({ person, people, moderator, acts, onAct, onPicked }: Props) {
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
      detail={whatText(person, moderator)}
      start={<Face people={people} id={person.id} name={person.name} />}
      tools={
        acts.length > 0 && (
          <Menu
            label={`What to do with ${person.name}`}
            icon={later.moreHorizontal}
            items={acts.map((what) => ({
              id: what,
              label: LABELS[what],
              danger: what === "remove",
              run: () => onAct(what),
            }))}
          />
        )
      }
      onClick={pick}
    />
  );
}
