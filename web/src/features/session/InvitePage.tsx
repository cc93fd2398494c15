import { useEffect, useState } from "preact/hooks";
import { ApiError, errorText } from "../../api/errors";
import type { InviteLookupReply } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Spinner } from "../../ui/spinner/Spinner";
import { Entry, EntryForm } from "./Entry";
import { NewcomerFields, NOBODY } from "./NewcomerFields";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly token: string;
}

type Found = "looking" | InviteLookupReply | ApiError;

/** Joining by a link that somebody sent. */
export function InvitePage({ session, token }: Props) {
  const [found, setFound] = useState<Found>("looking");
  const [who, setWho] = useState(NOBODY);

  useEffect(() => {
    session.lookUp(token).then(setFound, (e: unknown) => {
      setFound(e instanceof ApiError ? e : new ApiError("internal", errorText(e)));
    });
  }, [session, token]);

  if (found === "looking")
    return (
      <Entry title="Invitation">
        <Spinner label="Looking at your invitation" />
      </Entry>
    );
  if (found instanceof ApiError) return <BadLink error={found} />;
  return (
    <Entry title={`Join ${found.team}`} lead={`${found.inviter} invites you to ${found.team}.`}>
      <EntryForm
        submit="Join"
        fields={{ ...who }}
        onSubmit={() => session.accept(token, who.email, who.name, who.password)}
      >
        {(errorOf) => <NewcomerFields value={who} onChange={setWho} errorOf={errorOf} />}
      </EntryForm>
    </Entry>
  );
}

function BadLink({ error }: { readonly error: ApiError }) {
  const lead = error.passing
    ? errorText(error)
    : "It has expired, was ended, or has been used as often as it may be. Ask for a new one.";
  return (
    <Entry
      title={error.passing ? "Please try again" : "This invitation is no longer good"}
      lead={lead}
    >
      <Button href="/" full>
        Go to sign-in
      </Button>
    </Entry>
  );
}
