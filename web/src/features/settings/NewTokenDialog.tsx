import { useState } from "preact/hooks";
import type { Me, TokenCreateBody } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Checkbox } from "../../ui/checkbox/Checkbox";
import { ShownOnce } from "../../ui/copy/ShownOnce";
import { Dialog } from "../../ui/dialog/Dialog";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { Select } from "../../ui/select/Select";
import styles from "./NewTokenDialog.module.css";
import { type Scope, scopesFor } from "./scopes";

interface Props {
  readonly me: Me;
  /** Returns the token's text. */
  readonly onCreate: (body: TokenCreateBody) => Promise<string>;
  readonly onClose: () => void;
}

const DAY_S = 86_400;
const ENDS = [
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: "365", label: "In a year" },
  { value: "", label: "Never" },
];

/** A new token: what it is for, what it may, how long; then its text, once. */
export function NewTokenDialog({ me, onCreate, onClose }: Props) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [days, setDays] = useState("30");
  const [secret, setSecret] = useState<string | null>(null);

  if (secret !== null) return <ShownOnce title="Your new token" value={secret} onClose={onClose} />;
  const create = async () => {
    const end = days === "" ? {} : { expires_in_s: Number(days) * DAY_S };
    setSecret(await onCreate({ name: name.trim(), scopes, ...end }));
  };
  const toggle = (id: Scope, on: boolean) =>
    setScopes(on ? [...scopes, id] : scopes.filter((s) => s !== id));
  return (
    <Dialog open title="New token" onClose={onClose}>
      <Form
        submit="Create"
        /* The server, too, asks for one at least. */
        fields={{ name, scopes: scopes.join(" ") }}
        onSubmit={create}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            <Field
              label="What is it for?"
              name="name"
              placeholder="Build server"
              value={name}
              onInput={setName}
              error={errorOf("name")}
              maxLength={80}
              autofocus
              required
            />
            <fieldset class={styles.scopes}>
              <legend>What may it do?</legend>
              {scopesFor(me).map((s) => (
                <Checkbox
                  key={s.id}
                  label={s.label}
                  hint={s.hint}
                  checked={scopes.includes(s.id)}
                  onChange={(on) => toggle(s.id, on)}
                />
              ))}
              {errorOf("scopes") && (
                <p class={styles.error} role="alert">
                  Choose one at least.
                </p>
              )}
            </fieldset>
            <Select
              label="When does it end?"
              value={days}
              options={ENDS}
              onChange={setDays}
              {...(days === "" ? { hint: "It works until you end it. A date is safer." } : {})}
            />
          </>
        )}
      </Form>
    </Dialog>
  );
}
