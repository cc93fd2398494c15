import * as later from "../../../ui/icons/later";
import * as icons from "../../../ui/icons/paths";
import type { MenuItem } from "../../../ui/menu/Menu";
import { Share } from "../engine/share";
import type { CallsStore } from "../store";
import type { Meeting } from "./meeting";
import { REACTIONS } from "./texts";

export const reactItems = (meeting: Meeting): readonly MenuItem[] =>
  REACTIONS.map(([id, glyph, label]) => ({
    id,
    label,
    glyph: <span aria-hidden="true">{glyph}</span>,
    run: () => meeting.react(id),
  }));

export function viewModes({ view }: Meeting, onFull: () => void): readonly MenuItem[] {
  const mode = view.mode.value;
  return [
    {
      kind: "radio",
      id: "gallery",
      label: "Gallery",
      icon: later.grid,
      checked: mode === "gallery",
      run: () => view.choose("gallery"),
    },
    {
      kind: "radio",
      id: "speaker",
      label: "Speaker",
      icon: icons.person,
      checked: mode === "speaker",
      run: () => view.choose("speaker"),
    },
    { kind: "separator", id: "line" },
    { id: "full", label: "Full screen", icon: later.fullScreenMaximize, run: onFull },
  ];
}

interface Wanted {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
  /** There is no room for most of it elsewhere. */
  readonly small: boolean;
  readonly onFull: () => void;
}

export function moreItems({ calls, meeting, small, onFull }: Wanted): readonly MenuItem[] {
  const connection: MenuItem = {
    id: "connection",
    label: "Connection",
    icon: icons.info,
    run: () => meeting.view.toggle("connection"),
  };
  if (!small) return [connection];
  const up = meeting.mine.value?.hand != null;
  const share: MenuItem = {
    id: "share",
    label: meeting.share.screen.value ? "Stop sharing" : "Share your screen",
    icon: later.shareScreenStart,
    run: () => void meeting.toggleShare(),
  };
  const hand: MenuItem = {
    id: "hand",
    label: up ? "Lower your hand" : "Raise your hand",
    icon: later.handRight,
    run: () => meeting.toggleHand(),
  };
  const line = (id: string): MenuItem => ({ kind: "separator", id });
  return [
    ...(calls.held.value.group ? [...reactItems(meeting), line("a"), hand] : []),
    ...(Share.possible ? [share] : []),
    line("b"),
    ...viewModes(meeting, onFull),
    connection,
  ];
}
