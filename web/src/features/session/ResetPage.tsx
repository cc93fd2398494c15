import { useState } from "preact/hooks";
import type { ResetLookupReply } from "../../api/gen";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { PASSWORD_RULE } from "../../ui/form/refusals";
import { Entry } from "./Entry";
import { Looked, ToSignIn } from "./Looked";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly token: string;
}

/** A new password by a one-time link: from a mail, or from an administrator. */
export function ResetPage({ session, token }: Props) {
  return (
    <Looked
      what="New password"
      token={token}
      look={(of) => session.lookUpReset(of)}
      spent="It has expired or was used already. Ask for a new one: by “Forgot password?” at the sign-in, or from an administrator."
    >
      {(found) => <NewPassword session={session} token={token} found={found} />}
    </Looked>
  );
}

function NewPassword({ session, token, found }: Props & { readonly found: ResetLookupReply }) {
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  if (done)
    return (
      <Entry
        title="Your password is set"
        lead="You were signed out everywhere else. Sign in with it now."
      >
        <ToSignIn />
      </Entry>
    );
  const save = async () => {
    await session.reset(token, password);
    setDone(true);
  };
  return (
    <Entry title="Set a new password" lead={`for ${found.name}, ${found.email}`}>
      <Form submit="Set password" full fields={{ password }} onSubmit={save}>
        {(errorOf) => (
          <>
            {/* So that the browser keeps the password with the right name. */}
            <input hidden readOnly autocomplete="username" value={found.email} />
            <Field
              label="New password"
              type="password"
              name="password"
              autocomplete="new-password"
              value={password}
              onInput={setPassword}
              hint={PASSWORD_RULE}
              error={errorOf("password")}
              autofocus
              required
            />
          </>
        )}
      </Form>
    </Entry>
  );
}
