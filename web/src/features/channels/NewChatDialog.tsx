import { useState } from "preact/hooks";
import type { Channel, Person } from "../../api/gen";
import { Asking } from "../../ui/dialog/Asking";
import { Field } from "../../ui/field/Field";
import type { ChatStore } from "../chat";
import { PeoplePicker, type PeopleStore } from "../people";

interface Props {
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly onClose: () => void;
  readonly onStarted: (channel: Channel) => void;
}

/** One person makes a direct chat, more a group. */
export function NewChatDialog({ chat, people, onClose, onStarted }: Props) {
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [name, setName] = useState("");
  const ids = chosen.map((p) => p.id);
  return (
    <Asking
      title="New chat"
      submit={chosen.length > 1 ? "Start group chat" : "Start chat"}
      disabled={chosen.length === 0}
      onClose={onClose}
      onSubmit={async () => onStarted(await chat.start(ids, name.trim()))}
    >
      {chosen.length > 1 && (
        <Field
          label="Name of the group (may be empty)"
          value={name}
          onInput={setName}
          maxLength={80}
        />
      )}
      <PeoplePicker
        people={people}
        chosen={chosen}
        onChange={setChosen}
        without={[chat.me.value]}
      />
    </Asking>
  );
}
