import { useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Channel, Person } from "../../api/gen";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { Dialog } from "../../ui/dialog/Dialog";
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      onStarted(
        await chat.start(
          chosen.map((p) => p.id),
          name.trim(),
        ),
      );
    } catch (e) {
      setError(e);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title="New chat"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={chosen.length === 0}
            busy={busy}
            onClick={() => void start()}
          >
            {chosen.length > 1 ? "Start group chat" : "Start chat"}
          </Button>
        </>
      }
    >
      {error !== null && <Banner kind="error">{errorText(error)}</Banner>}
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
    </Dialog>
  );
}
