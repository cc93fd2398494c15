import { useState } from "preact/hooks";
import type { GuestLookupReply } from "../../api/gen";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { Entry } from "./Entry";
import styles from "./Entry.module.css";
import { Looked } from "./Looked";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly token: string;
}

/** Coming to one conversation as a guest: no account, a name only. */
export function GuestPage({ session, token }: Props) {
  return (
    <Looked
      what="Joining as a guest"
      token={token}
      look={(of) => session.lookUpGuest(of)}
      spent="It has expired, was withdrawn, or has been used as often as it may be. Ask whoever sent it for a new one."
    >
      {(found) => <Join session={session} token={token} found={found} />}
    </Looked>
  );
}

function Join({ session, token, found }: Props & { readonly found: GuestLookupReply }) {
  const [name, setName] = useState("");
  const place = found.channel === "" ? "a chat" : found.channel;
  return (
    <Entry
      title="Join as a guest"
      lead={
        <>
          {found.inviter} invites you to <strong>{place}</strong>
          {found.site !== "" && ` of ${found.site}`}.
        </>
      }
    >
      <Form submit="Join" full fields={{ name }} onSubmit={() => session.join(token, name.trim())}>
        {(errorOf) => (
          <Field
            label="Your name"
            name="name"
            autocomplete="name"
            value={name}
            onInput={setName}
            hint="The others see it. You come to this one conversation, and need no account."
            error={errorOf("name")}
            maxLength={80}
            autofocus
            required
          />
        )}
      </Form>
      <p class={styles.foot}>
        You have an account here? <a href="/sign-in">Sign in</a>
      </p>
    </Entry>
  );
}
