import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, errorText } from "../../api/errors";
import { Button } from "../../ui/button/Button";
import { Spinner } from "../../ui/spinner/Spinner";
import { Entry } from "./Entry";

interface Props<T> {
  /** What the link is, as in "Invitation". */
  readonly what: string;
  readonly token: string;
  readonly look: (token: string) => Promise<T>;
  /** Why it may be that it leads nowhere, and who makes a new one. */
  readonly spent: string;
  readonly children: (found: T) => ComponentChildren;
}

type Found<T> = "looking" | ApiError | { readonly found: T };

/** What stands behind a link that somebody sent, once the server has said that it is good. */
export function Looked<T>({ what, token, look, spent, children }: Props<T>) {
  const [state, setState] = useState<Found<T>>("looking");
  const ask = () => {
    setState("looking");
    look(token).then(
      (found) => setState({ found }),
      (e: unknown) => setState(e instanceof ApiError ? e : new ApiError("internal", errorText(e))),
    );
  };
  useEffect(() => {
    if (token !== "") ask();
  }, [token]);

  if (token === "")
    return (
      <Entry
        title="This link is not complete"
        lead="Copy the whole link from where you got it, with what stands behind the #."
      >
        <ToSignIn />
      </Entry>
    );
  if (state === "looking")
    return (
      <Entry title={what}>
        <Spinner label="Looking at your link" />
      </Entry>
    );
  if (!(state instanceof ApiError)) return <>{children(state.found)}</>;
  if (state.passing)
    return (
      <Entry title="Please try again" lead={errorText(state)}>
        <Button kind="primary" full onClick={ask}>
          Try again
        </Button>
      </Entry>
    );
  return (
    <Entry title="This link is no longer good" lead={spent}>
      <ToSignIn />
    </Entry>
  );
}

export function ToSignIn() {
  return (
    <Button href="/sign-in" full>
      Go to sign-in
    </Button>
  );
}
