import type { Leg } from "../../../api/gen";
import * as later from "../../../ui/icons/later";
import * as icons from "../../../ui/icons/paths";
import type { MenuItem } from "../../../ui/menu/Menu";
import { viewItems } from "../deviceItems";
import type { Meeting } from "./meeting";
import { isTile, type Tile } from "./plan";

interface Wanted {
  readonly meeting: Meeting;
  readonly tile: Tile;
  readonly leg: Leg;
  readonly rules: boolean;
  readonly mine: boolean;
  readonly view: Parameters<typeof viewItems>[0];
}

/** What those who may can do with somebody. */
export function ruleItems(meeting: Meeting, leg: Leg): readonly MenuItem[] {
  return [
    { kind: "separator", id: "rules" },
    {
      id: "mute",
      label: "Mute",
      icon: later.micOff,
      disabled: !leg.mic,
      run: () => meeting.mute(leg.id),
    },
    {
      id: "remove",
      label: "Remove from the meeting",
      icon: icons.signOut,
      danger: true,
      run: () => meeting.remove(leg.id),
    },
  ];
}

/** The menu of a tile. */
export function tileItems(wanted: Wanted): readonly MenuItem[] {
  const { meeting, tile, leg, rules, mine, view } = wanted;
  const pinned = isTile(meeting.view.pinned.value, tile);
  const pin: readonly MenuItem[] = mine
    ? []
    : [
        {
          id: "pin",
          label: pinned ? "Unpin" : "Pin",
          icon: icons.pin,
          run: () => meeting.view.pin(tile),
        },
      ];
  const [full, ...others] = viewItems(view);
  const fit = tile.source === "screen" ? others.filter((i) => i.id !== "fit") : others;
  return [
    ...pin,
    ...(full ? [full] : []),
    ...fit,
    ...(rules && !mine && tile.source === "camera" ? ruleItems(meeting, leg) : []),
  ];
}
