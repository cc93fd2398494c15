import { useState } from "preact/hooks";
import { Button } from "../../ui/button/Button";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { Entry } from "./Entry";
import styles from "./Entry.module.css";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  /** The server can send mail. */
  readonly mail: boolean;
  readonly email: string;
  readonly onBack: () => void;
}

/** What to do without one's password. */
export function ForgotStep({ session, mail, email: typed, onBack }: Props) {
  const [email, setEmail] = useState(typed);
  const [sent, setSent] = useState(false);
  if (!mail)
    return (
      <Entry
        title="Forgot your password?"
        lead={`Ask an administrator${ofHouse(session)}: they can make you a link for a new one. This server sends no mail.`}
      >
        <Button full onClick={onBack}>
          Back to sign-in
        </Button>
      </Entry>
    );
  if (sent)
    return (
      <Entry
        title="Look into your mail"
        lead={`If there is an account for ${email.trim()}, a link for a new password is on its way. It can take a few minutes; look among the spam, too.`}
      >
        <Button full onClick={onBack}>
          Back to sign-in
        </Button>
      </Entry>
    );
  const send = async () => {
    await session.mailReset(email.trim());
    setSent(true);
  };
  return (
    <Entry title="Forgot your password?" lead="You get a mail with a link to set a new one.">
      <Form submit="Send the link" full fields={{ email }} onSubmit={send}>
        {(errorOf) => (
          <Field
            label="Email"
            type="email"
            name="email"
            autocomplete="username"
            value={email}
            onInput={setEmail}
            error={errorOf("email")}
            autofocus
            required
          />
        )}
      </Form>
      <button type="button" class={styles.quiet} onClick={onBack}>
        Back to sign-in
      </button>
    </Entry>
  );
}

function ofHouse(session: SessionStore): string {
  const name = session.site.value?.name;
  return name ? ` of ${name}` : "";
}
