import { useEffect } from "preact/hooks";
import type { Me } from "../api/gen";
import { Avatar } from "../ui/avatar/Avatar";
import { PresenceBadge } from "../ui/avatar/PresenceBadge";
import { presenceText } from "../ui/avatar/presence";
import * as icons from "../ui/icons/paths";
import { Menu, type MenuItem } from "../ui/menu/Menu";
import styles from "./MeMenu.module.css";
import type { Services } from "./services";

const STATES = ["available", "busy", "dnd", "brb", "away", "offline"] as const;

interface Props {
  readonly services: Services;
  readonly onSettings: () => void;
  readonly onAdmin: () => void;
  readonly onShortcuts: () => void;
  readonly onInvite: () => void;
  readonly onSignOut: () => void;
}

/** Oneself: presence, settings, going out. */
export function MeMenu({ services, onSettings, onAdmin, onShortcuts, onInvite, onSignOut }: Props) {
  const me = services.me.value;
  const state = services.people.presence(me.id)?.state ?? "available";
  useEffect(() => services.people.learn([{ ...me, active: true, bot: false }]), [services, me]);
  const manages = me.role === "owner" || me.role === "admin";
  const items: readonly MenuItem[] = [
    { kind: "heading", id: "presence", label: "Status" },
    ...STATES.map((s) => presenceItem(s, me, services)),
    {
      id: "reset",
      label: "Reset status",
      icon: icons.arrowUndo,
      disabled: me.presence === null,
      run: () => services.setPresence(null),
    },
    { kind: "separator", id: "s1" },
    ...(manages
      ? [
          { id: "invite", label: "Invite people", icon: icons.personAdd, run: onInvite },
          { id: "admin", label: "Administration", icon: icons.peopleTeam, run: onAdmin },
        ]
      : []),
    { id: "settings", label: "Settings", icon: icons.settings, run: onSettings },
    { id: "keys", label: "Keyboard shortcuts", icon: icons.keyboard, run: onShortcuts },
    { kind: "separator", id: "s2" },
    { id: "out", label: "Sign out", icon: icons.signOut, run: onSignOut },
  ];
  return (
    <Menu
      label={`${me.name}, ${presenceText(state)}`}
      items={items}
      class={styles.button ?? ""}
      header={
        <div class={styles.header}>
          <Avatar id={me.id} name={me.name} picture={me.picture} size={56} presence={state} />
          <div>
            <p class={styles.name}>{me.name}</p>
            <p class={styles.quiet}>{me.role === "guest" ? "Guest" : me.email}</p>
          </div>
        </div>
      }
    >
      <Avatar id={me.id} name={me.name} picture={me.picture} presence={state} />
    </Menu>
  );
}

function presenceItem(state: (typeof STATES)[number], me: Me, services: Services): MenuItem {
  return {
    kind: "radio",
    id: state,
    label: state === "offline" ? "Appear offline" : presenceText(state),
    glyph: <PresenceBadge state={state} decorative />,
    checked: me.presence === state,
    run: () => services.setPresence(state),
  };
}
