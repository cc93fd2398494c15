import { useState } from "preact/hooks";
import { Spinner } from "../../ui/spinner/Spinner";
import { CodeStep } from "./CodeStep";
import { Entry } from "./Entry";
import { ForgotStep } from "./ForgotStep";
import { PasswordStep } from "./PasswordStep";
import type { SessionStore } from "./store";

export interface Given {
  readonly email: string;
  readonly password: string;
}

interface Props {
  readonly session: SessionStore;
  /** Where to be once one is in. */
  readonly returnTo?: string;
}

/** Signing in, step by step: who one is, then the authenticator's code where it is asked for. */
export function SignInPage({ session, returnTo = "/chat" }: Props) {
  const [step, setStep] = useState<"password" | "code" | "forgot">("password");
  const [given, setGiven] = useState<Given>({ email: "", password: "" });
  const site = session.site.value;
  const ways = session.ways.value;

  if (site?.setup_needed)
    return (
      <Entry
        title="Not set up yet"
        lead="Convene has no administrator yet. Open the set-up link that the server printed when it started."
      />
    );
  if (ways === null)
    return (
      <Entry title="Sign in">
        <Spinner label="Loading" />
      </Entry>
    );
  const back = () => setStep("password");
  if (step === "code") return <CodeStep session={session} given={given} onBack={back} />;
  if (step === "forgot")
    return <ForgotStep session={session} mail={ways.mail} email={given.email} onBack={back} />;
  return (
    <PasswordStep
      session={session}
      ways={ways}
      returnTo={returnTo}
      given={given}
      onGiven={setGiven}
      onCode={() => setStep("code")}
      onForgot={() => setStep("forgot")}
    />
  );
}
