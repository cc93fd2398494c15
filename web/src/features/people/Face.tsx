import { useEffect } from "preact/hooks";
import { Avatar } from "../../ui/avatar/Avatar";
import type { PeopleStore } from "./store";

interface Props {
  readonly people: PeopleStore;
  readonly id: string;
  readonly name: string;
  readonly size?: 24 | 32;
}

/** Somebody's avatar with how present they are, for as long as it is shown. */
export function Face({ people, id, name, size = 32 }: Props) {
  useEffect(() => people.watch(id), [people, id]);
  return (
    <Avatar
      id={id}
      name={name}
      picture={people.pictureOf(id)}
      size={size}
      presence={people.stateOf(id)}
    />
  );
}
