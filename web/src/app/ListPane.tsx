import { ChatPane } from "../features/channels";
import { Lazy, useAhead } from "./Lazy";
import type { Place } from "./places";
import type { Services } from "./services";

const loadTeams = () => import("../features/channels/lazy").then((m) => m.TeamPane);
const loadHistory = () => import("../features/calls/lazy").then((m) => m.CallHistoryPane);

interface Props {
  readonly services: Services;
  readonly place: Place;
  readonly onNew: () => void;
  readonly onInvite: () => void;
}

/** The list of the app that is chosen in the rail. */
export function ListPane({ services, place, onNew, onInvite }: Props) {
  const { chat, people } = services;
  useAhead(loadTeams);
  useAhead(loadHistory);
  if (place.area === "teams")
    return <Lazy load={loadTeams} props={{ chat, people, current: place.id }} />;
  if (place.area === "calls")
    return (
      <Lazy
        load={loadHistory}
        props={{ history: services.callHistory, people, current: place.id ?? null }}
      />
    );
  const { role } = services.me.value;
  return (
    <ChatPane
      chat={chat}
      people={people}
      current={place.id}
      onNew={onNew}
      guest={role === "guest"}
      onInvite={role === "admin" || role === "owner" ? onInvite : undefined}
    />
  );
}
