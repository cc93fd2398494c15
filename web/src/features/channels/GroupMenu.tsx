import { useState } from "preact/hooks";
import type { Api, Channel, Me, Person } from "../../api/gen";
import { Asking } from "../../ui/dialog/Asking";
import { Field } from "../../ui/field/Field";
import * as later from "../../ui/icons/later";
import * as icons from "../../ui/icons/paths";
import { Menu } from "../../ui/menu/Menu";
import type { ChatStore } from "../chat";
import { PeoplePicker, type PeopleStore } from "../people";
import { GuestLinksDialog } from "./GuestLinksDialog";
import { MembersDialog } from "./MembersDialog";

interface Props {
  readonly api: Api;
  readonly me: Me;
  readonly channel: Channel;
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly onLeft: () => void;
}

type Shown = "members" | "add" | "guests" | "rename" | "leave" | null;

/** What can be done with a group or a channel, in its header. */
export function GroupMenu({ api, me, channel, chat, people, onLeft }: Props) {
  const [shown, setShown] = useState<Shown>(null);
  const close = () => setShown(null);
  const item = (id: Exclude<Shown, null>, label: string, icon: string) => ({
    id,
    label,
    icon,
    run: () => setShown(id),
  });
  const guest = me.role === "guest";
  const moderates = channel.role === "moderator" || me.role === "admin" || me.role === "owner";
  const group =
    channel.kind === "group"
      ? [
          ...(guest
            ? []
            : [item("add", "Add people", later.peopleAdd), item("rename", "Rename", later.edit)]),
          { kind: "separator" as const, id: "s" },
          { ...item("leave", "Leave", icons.signOut), danger: true },
        ]
      : [];
  return (
    <>
      <Menu
        label="People and options"
        icon={later.moreHorizontal}
        items={[
          item("members", "People", icons.people),
          ...(moderates && !guest ? [item("guests", "Guests", later.link)] : []),
          ...group,
        ]}
      />
      {shown === "members" && (
        <MembersDialog channel={channel} me={me} people={people} chat={chat} onClose={close} />
      )}
      {shown === "guests" && <GuestLinksDialog channel={channel} api={api} onClose={close} />}
      {shown === "add" && (
        <AddDialog channel={channel} chat={chat} people={people} onClose={close} />
      )}
      {shown === "rename" && <RenameDialog channel={channel} chat={chat} onClose={close} />}
      {shown === "leave" && (
        <Asking
          title="Leave this group?"
          submit="Leave"
          danger
          onClose={close}
          onSubmit={async () => {
            await chat.leave(channel.id);
            onLeft();
          }}
        >
          You will not see its messages any more. Somebody in it can add you again.
        </Asking>
      )}
    </>
  );
}

function AddDialog({
  channel,
  chat,
  people,
  onClose,
}: Pick<Props, "channel" | "chat" | "people"> & { onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const ids = chosen.map((p) => p.id);
  return (
    <Asking
      title="Add people"
      submit="Add"
      disabled={chosen.length === 0}
      onClose={onClose}
      onSubmit={() => chat.addMembers(channel.id, ids)}
    >
      <PeoplePicker
        people={people}
        chosen={chosen}
        onChange={setChosen}
        without={channel.members.map((m) => m.id)}
      />
    </Asking>
  );
}

function RenameDialog({
  channel,
  chat,
  onClose,
}: Pick<Props, "channel" | "chat"> & { onClose: () => void }) {
  const [name, setName] = useState(channel.name ?? "");
  return (
    <Asking
      title="Rename the group"
      submit="Rename"
      disabled={name.trim() === ""}
      onClose={onClose}
      onSubmit={() => chat.rename(channel.id, name.trim())}
    >
      <Field label="Name" value={name} onInput={setName} maxLength={80} autofocus />
    </Asking>
  );
}
