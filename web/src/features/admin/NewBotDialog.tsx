import { useState } from "preact/hooks";
import type { AdminBotCreateBody } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Checkbox } from "../../ui/checkbox/Checkbox";
import { ShownOnce } from "../../ui/copy/ShownOnce";
import { Dialog } from "../../ui/dialog/Dialog";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";

interface Props {
  /** Returns the token's text. */
  readonly onCreate: (body: AdminBotCreateBody) => Promise<string>;
  readonly onClose: () => void;
}

/** A program with a name of its own; its token is shown once. */
export function NewBotDialog({ onCreate, onClose }: Props) {
  const [name, setName] = useState("");
  const [writes, setWrites] = useState(true);
  const [secret, setSecret] = useState<string | null>(null);

  if (secret !== null)
    return <ShownOnce title="The bot's token" value={secret} onClose={onClose} />;
  const create = async () =>
    setSecret(await onCreate({ name: name.trim(), scopes: writes ? ["read", "write"] : ["read"] }));
  return (
    <Dialog open title="New bot" onClose={onClose}>
      <Form
        submit="Create"
        fields={{ name }}
        onSubmit={create}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            <p>A bot is a member that a program speaks for. It joins every channel of the team.</p>
            <Field
              label="Name"
              name="name"
              placeholder="Build server"
              value={name}
              onInput={setName}
              error={errorOf("name")}
              maxLength={80}
              autofocus
              required
            />
            <Checkbox
              label="It may write"
              hint="Without this it only reads."
              checked={writes}
              onChange={setWrites}
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}
