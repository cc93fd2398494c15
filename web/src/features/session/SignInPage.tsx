import { useState } from "preact/hooks";
import { Field } from "../../ui/field/Field";
import { Entry, EntryForm } from "./Entry";
import type { SessionStore } from "./store";

export function SignInPage({ session }: { readonly session: SessionStore }) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const site = session.site.value;

  if (site?.setup_needed)
    return (
      <Entry
        title="Not set up yet"
        lead="Convene has no administrator yet. Open the set-up link that the server printed when it started."
      />
    );
  return (
    <Entry title="Sign in" lead={site?.name ? `to ${site.name}` : undefined}>
      <EntryForm
        submit="Sign in"
        fields={{ email, password }}
        onSubmit={() => session.signIn(email, password)}
      >
        {(errorOf) => (
          <>
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
            <Field
              label="Password"
              type="password"
              name="password"
              autocomplete="current-password"
              value={password}
              onInput={setPassword}
              error={errorOf("password")}
              required
            />
          </>
        )}
      </EntryForm>
    </Entry>
  );
}
