import { useState } from "preact/hooks";
import { ApiError } from "../../api/errors";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { Entry } from "./Entry";
import { NewcomerFields, NOBODY } from "./NewcomerFields";
import { Or, ProviderButtons } from "./ProviderButtons";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly token: string;
}

/** The first administrator, by the one-time link. */
export function SetUpPage({ session, token }: Props) {
  const [team, setTeam] = useState("");
  const [who, setWho] = useState(NOBODY);
  /* A provider's button was pressed before the organisation had a name. */
  const [early, setEarly] = useState(false);
  const [dead, setDead] = useState(false);
  const ways = session.ways.value;
  const others = (ways?.providers.length ?? 0) > 0;

  if (token === "" || dead)
    return (
      <Entry
        title={dead ? "This link is not good any more" : "This link is not complete"}
        lead="Open the whole set-up link that the server printed when it was last started, with what stands behind the #. If somebody has set it up already, ask them for an invitation."
      />
    );
  /* What is wrong with the link is said of the link: nobody knows what a token is. */
  const setUp = async () => {
    try {
      await session.setUp({ token, team, ...who });
    } catch (e) {
      if (!(e instanceof ApiError) || !(e.field === "token" || e.status === 404)) throw e;
      setDead(true);
    }
  };
  const organisation = (error: string | undefined) => (
    <Field
      label="Organisation"
      name="organization"
      autocomplete="organization"
      value={team}
      onInput={(name) => {
        setTeam(name);
        setEarly(false);
      }}
      error={early ? "Fill this in." : error}
      maxLength={80}
      autofocus
      required
    />
  );
  const buttons = others && (
    <ProviderButtons
      session={session}
      verb="Continue with"
      body={() => {
        setEarly(team.trim() === "");
        return team.trim() === "" ? null : { setup: token, team: team.trim(), return_to: "/chat" };
      }}
    />
  );
  return (
    <Entry
      title="Welcome to Convene"
      lead="You are the first here. Name your organisation and make your account: you will be its owner, and invite the others."
    >
      {ways && !ways.local_accounts ? (
        <>
          {organisation(undefined)}
          {buttons}
        </>
      ) : (
        <Form submit="Set up" full fields={{ team, ...who }} onSubmit={setUp}>
          {(errorOf) => (
            <>
              {organisation(errorOf("team"))}
              {buttons}
              {others && <Or>or with a password of your own</Or>}
              <NewcomerFields value={who} onChange={setWho} errorOf={errorOf} />
            </>
          )}
        </Form>
      )}
    </Entry>
  );
}
