import { useState } from "preact/hooks";
import type { InviteLookupReply } from "../../api/gen";
import { Form } from "../../ui/form/Form";
import { Entry } from "./Entry";
import styles from "./Entry.module.css";
import { Looked } from "./Looked";
import { NewcomerFields, NOBODY } from "./NewcomerFields";
import { Or, ProviderButtons } from "./ProviderButtons";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly token: string;
}

/** Joining by a link that somebody sent. */
export function InvitePage({ session, token }: Props) {
  return (
    <Looked
      what="Invitation"
      token={token}
      look={(of) => session.lookUp(of)}
      spent="It has expired, was ended, or has been used as often as it may be. Ask for a new one."
    >
      {(found) => <Join session={session} token={token} found={found} />}
    </Looked>
  );
}

function Join({ session, token, found }: Props & { readonly found: InviteLookupReply }) {
  const [who, setWho] = useState(NOBODY);
  const ways = session.ways.value;
  return (
    <Entry title={`Join ${found.team}`} lead={`${found.inviter} invites you to ${found.team}.`}>
      {ways && ways.providers.length > 0 && (
        <ProviderButtons
          session={session}
          verb="Continue with"
          body={() => ({ invite: token, return_to: "/chat" })}
        />
      )}
      {ways?.local_accounts && ways.providers.length > 0 && <Or>or with a password of your own</Or>}
      {ways?.local_accounts && (
        <Form
          submit="Join"
          full
          fields={{ ...who }}
          onSubmit={() => session.accept(token, who.email, who.name, who.password)}
        >
          {(errorOf) => <NewcomerFields value={who} onChange={setWho} errorOf={errorOf} />}
        </Form>
      )}
      <p class={styles.foot}>
        You have an account? <a href="/sign-in">Sign in</a>
      </p>
    </Entry>
  );
}
