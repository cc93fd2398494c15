import * as icons from "../ui/icons/paths";
import type { Area, Place } from "./places";
import type { RailItem } from "./Shell";
import type { Services } from "./services";

/** The apps at the side. */
export function railOf(
  services: Services,
  place: Place,
  hrefOf: (area: Area) => string,
): readonly RailItem[] {
  const item = (
    id: "chat" | "teams" | "calls",
    label: string,
    [icon, iconFilled]: readonly [string, string],
    badge: number,
    badgeLabel: string,
  ): RailItem => ({
    id,
    label,
    icon,
    iconFilled,
    badge,
    badgeLabel,
    href: hrefOf(id),
    selected: place.area === id,
  });
  const { unreadChats, unreadTeams } = services.chat;
  /* A guest has one place, which stands among the chats whatever it is. */
  if (services.me.value.role === "guest")
    return [
      item(
        "chat",
        "Chat",
        [icons.chat, icons.chatFilled],
        unreadChats.value + unreadTeams.value,
        "unread",
      ),
    ];
  return [
    item("chat", "Chat", [icons.chat, icons.chatFilled], unreadChats.value, "unread"),
    item("teams", "Teams", [icons.peopleTeam, icons.peopleTeamFilled], unreadTeams.value, "unread"),
    item("calls", "Calls", [icons.call, icons.callFilled], services.calls.missed.value, "missed"),
  ];
}
