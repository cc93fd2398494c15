import type { AdminPerson, Me } from "../../api/gen";
import { plural } from "../../lib/text";
import { agoText, dateText } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import * as icons from "../../ui/icons/later";
import { Menu, type MenuItem } from "../../ui/menu/Menu";
import rows from "../../ui/rows/Rows.module.css";
import type { PersonAct } from "./PersonActs";
import { mayChange, ROLE_NAMES, rolesFor } from "./roles";

interface Props {
  readonly row: AdminPerson;
  readonly me: Me;
  readonly onAct: (act: PersonAct) => void;
}

function marks(row: AdminPerson): readonly string[] {
  const { person } = row;
  return [
    ...(person.role === "member" ? [] : [ROLE_NAMES[person.role]]),
    ...(person.bot ? ["Bot"] : []),
    ...(person.active ? [] : ["Deactivated"]),
  ];
}

function details(row: AdminPerson, now: number): string {
  const until =
    row.guest_until === null || !row.person.active ? [] : [`until ${dateText(row.guest_until)}`];
  const seen = row.last_seen_at === null ? "never here" : `here ${agoText(row.last_seen_at, now)}`;
  const ways = [
    ...(row.providers.length > 0 ? ["by a provider"] : []),
    ...(row.second_factor ? ["second factor"] : []),
  ];
  const devices = row.sessions > 0 ? [plural(row.sessions, "device", "devices")] : [];
  const email = row.person.email === "" ? [] : [row.person.email];
  return [...email, ...until, ...(row.person.bot ? [] : [seen]), ...devices, ...ways].join(" · ");
}

function itemsOf({ row, me, onAct }: Props): readonly MenuItem[] {
  const { person } = row;
  const self = person.id === me.id;
  const roles = rolesFor(me, row).map((role) => ({
    id: role,
    label: `Make ${ROLE_NAMES[role].toLowerCase()}`,
    run: () => onAct({ kind: "role", role }),
  }));
  const account = person.role !== "guest" && !person.bot && person.active;
  return [
    ...roles,
    ...(account && !self
      ? [{ id: "reset", label: "New password link", run: () => onAct({ kind: "reset" }) }]
      : []),
    ...(row.second_factor && !self
      ? [{ id: "totp", label: "Second factor off", run: () => onAct({ kind: "totp" }) }]
      : []),
    ...(row.sessions > 0
      ? [{ id: "out", label: "Sign out everywhere", run: () => onAct({ kind: "out" }) }]
      : []),
    ...(self || (person.role === "guest" && !person.active)
      ? []
      : [
          person.active
            ? {
                id: "off",
                label: "Deactivate",
                danger: true,
                run: () => onAct({ kind: "active", active: false }),
              }
            : {
                id: "on",
                label: "Bring back",
                run: () => onAct({ kind: "active", active: true }),
              },
        ]),
  ];
}

/** Somebody as administrators see them. */
export function PersonRow(props: Props) {
  const { row, me } = props;
  const { person } = row;
  const items = person.id === me.id || mayChange(me, person.role) ? itemsOf(props) : [];
  return (
    <li class={rows.row}>
      <Avatar id={person.id} name={person.name} picture={person.picture} size={40} />
      <div class={rows.text}>
        <p>
          <span class={rows.name}>{person.name}</span>
          {marks(row).map((mark) => (
            <span key={mark} class={rows.mark}>
              {mark}
            </span>
          ))}
        </p>
        <p class={rows.quiet}>{details(row, Date.now())}</p>
      </div>
      {items.length > 0 && (
        <Menu label={`What to do with ${person.name}`} icon={icons.moreHorizontal} items={items} />
      )}
    </li>
  );
}
