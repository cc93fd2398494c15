import type { Desk } from "./desk";
import { Lazy, useAhead } from "./Lazy";
import type { Services } from "./services";

const loadPeople = () => import("./People").then((m) => m.People);

interface Props {
  readonly services: Services;
  readonly desk: Desk;
}

/** The card of whoever was clicked: no part of the first load, but fetched soon after. */
export function Cards({ services, desk }: Props) {
  useAhead(loadPeople);
  if (services.people.cards.open.value === null) return null;
  return <Lazy load={loadPeople} props={{ services, desk }} quiet />;
}
