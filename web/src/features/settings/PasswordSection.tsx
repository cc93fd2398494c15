import { useState } from "preact/hooks";
import type { Security } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Dialog } from "../../ui/dialog/Dialog";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { PASSWORD_RULE } from "../../ui/form/refusals";
import rows from "../../ui/rows/Rows.module.css";
import { CodeField } from "./CodeField";
import styles from "./SettingsView.module.css";
import type { SecurityStore } from "./security";

interface Props {
  readonly store: SecurityStore;
  readonly security: Security;
  /** Passwords are a way in here. */
  readonly allowed: boolean;
  readonly onDone: (text: string) => void;
}

/** Whether there is a password, and a new one. */
export function PasswordSection({ store, security, allowed, onDone }: Props) {
  const [open, setOpen] = useState(false);
  if (!allowed && !security.password) return null;
  const verb = security.password ? "Change password" : "Set a password";
  const text = security.password
    ? "You can sign in with your address and a password."
    : "You have none: you sign in by a connected account.";
  return (
    <section class={styles.section} aria-labelledby="password">
      <h2 id="password">Password</h2>
      <p class={rows.plain}>
        {allowed ? text : "Passwords are switched off here: yours opens nothing at present."}
      </p>
      {allowed && (
        <div>
          <Button onClick={() => setOpen(true)}>{verb}</Button>
        </div>
      )}
      {open && (
        <PasswordDialog
          title={verb}
          store={store}
          security={security}
          onClose={() => setOpen(false)}
          onDone={onDone}
        />
      )}
    </section>
  );
}

interface DialogProps extends Omit<Props, "allowed"> {
  readonly title: string;
  readonly onClose: () => void;
}

function PasswordDialog({ title, store, security, onClose, onDone }: DialogProps) {
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const fields = {
    ...(security.password ? { current } : {}),
    password,
    ...(security.second_factor ? { code } : {}),
  };
  const save = async () => {
    await store.setPassword(password, current, code.trim());
    onClose();
    onDone("Your password is set. You are signed out everywhere else.");
  };
  return (
    <Dialog open title={title} onClose={onClose}>
      <Form
        submit={title}
        fields={fields}
        onSubmit={save}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            {security.password && (
              <Field
                label="Current password"
                type="password"
                name="current"
                autocomplete="current-password"
                value={current}
                onInput={setCurrent}
                error={errorOf("current")}
                autofocus
                required
              />
            )}
            <Field
              label="New password"
              type="password"
              name="password"
              autocomplete="new-password"
              value={password}
              onInput={setPassword}
              hint={PASSWORD_RULE}
              error={errorOf("password")}
              autofocus={!security.password}
              required
            />
            {security.second_factor && (
              <CodeField value={code} onInput={setCode} error={errorOf("code")} recovery />
            )}
            <p class={rows.quiet}>You will be signed out on all your other devices.</p>
          </>
        )}
      </Form>
    </Dialog>
  );
}
