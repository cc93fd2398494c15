import { ApiError } from "../../api/errors";
import type { SignIn } from "../../api/gen";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { keepPlace } from "./back";
import { Entry } from "./Entry";
import styles from "./Entry.module.css";
import { ProblemBanner } from "./ProblemBanner";
import { Or, ProviderButtons } from "./ProviderButtons";
import type { Given } from "./SignInPage";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly ways: SignIn;
  readonly returnTo: string;
  readonly given: Given;
  readonly onGiven: (given: Given) => void;
  readonly onCode: () => void;
  readonly onForgot: () => void;
}

/** By a provider, or with a password. */
export function PasswordStep(props: Props) {
  const { session, ways, returnTo } = props;
  const others = ways.providers.length > 0;
  const name = session.site.value?.name;
  return (
    <Entry title="Sign in" lead={name ? `to ${name}` : undefined}>
      <ProblemBanner session={session} />
      {others && (
        <ProviderButtons
          session={session}
          verb="Sign in with"
          body={() => {
            keepPlace(returnTo);
            return { return_to: returnTo };
          }}
        />
      )}
      {others && ways.local_accounts && <Or />}
      {ways.local_accounts && <Local {...props} />}
      {!others && !ways.local_accounts && (
        <p>
          No way to sign in is switched on here. Tell whoever runs this server:{" "}
          <code>convene doctor</code> says what is missing.
        </p>
      )}
    </Entry>
  );
}

function Local({ session, ways, given, onGiven, onCode, onForgot }: Props) {
  const signIn = () =>
    session.signIn(given.email, given.password).catch((e: unknown) => {
      if (!(e instanceof ApiError && e.code === "second_factor")) throw e;
      onCode();
    });
  return (
    <>
      <Form submit="Sign in" full fields={{ ...given }} onSubmit={signIn}>
        {(errorOf) => (
          <>
            <Field
              label="Email"
              type="email"
              name="email"
              autocomplete="username"
              value={given.email}
              onInput={(email) => onGiven({ ...given, email })}
              error={errorOf("email")}
              autofocus={ways.providers.length === 0}
              required
            />
            <Field
              label="Password"
              type="password"
              name="password"
              autocomplete="current-password"
              value={given.password}
              onInput={(password) => onGiven({ ...given, password })}
              error={errorOf("password")}
              required
            />
          </>
        )}
      </Form>
      <button type="button" class={styles.quiet} onClick={onForgot}>
        Forgot password?
      </button>
    </>
  );
}
