import { useState } from "preact/hooks";
import { Field } from "../../ui/field/Field";
import { Entry, EntryForm } from "./Entry";
import { NewcomerFields, NOBODY } from "./NewcomerFields";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly token: string;
}

/** The first administrator, by the one-time link. */
export function SetUpPage({ session, token }: Props) {
  const [team, setTeam] = useState("");
  const [who, setWho] = useState(NOBODY);

  if (token === "")
    return (
      <Entry
        title="This link is not complete"
        lead="Copy the whole set-up link that the server printed when it started, with what stands behind the #."
      />
    );
  return (
    <Entry
      title="Welcome to Convene"
      lead="You are the first here. Name your organisation and make your account: you will be its owner, and invite the others."
    >
      <EntryForm
        submit="Set up"
        fields={{ team, ...who }}
        onSubmit={() => session.setUp({ token, team, ...who })}
      >
        {(errorOf) => (
          <>
            <Field
              label="Organisation"
              name="organization"
              autocomplete="organization"
              value={team}
              onInput={setTeam}
              error={errorOf("team")}
              maxLength={80}
              autofocus
              required
            />
            <NewcomerFields value={who} onChange={setWho} errorOf={errorOf} />
          </>
        )}
      </EntryForm>
    </Entry>
  );
}
