import { useState } from "preact/hooks";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { Entry } from "./Entry";
import styles from "./Entry.module.css";
import type { Given } from "./SignInPage";
import type { SessionStore } from "./store";

interface Props {
  readonly session: SessionStore;
  readonly given: Given;
  readonly onBack: () => void;
}

/** The second factor: what the authenticator shows now, or one of the codes kept for its loss. */
export function CodeStep({ session, given, onBack }: Props) {
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const other = () => {
    setRecovery(!recovery);
    setCode("");
  };
  return (
    <Entry
      title={recovery ? "Use a recovery code" : "Enter your code"}
      lead={
        recovery
          ? "Each of the codes that you kept when you set up your authenticator works once."
          : `Open your authenticator and type the six digits it shows for ${given.email}.`
      }
    >
      <Form
        key={String(recovery)}
        submit="Sign in"
        full
        fields={{ code }}
        onSubmit={() =>
          session.signIn(
            given.email,
            given.password,
            recovery ? code.trim() : code.replace(/\s/gu, ""),
          )
        }
      >
        {(errorOf) =>
          recovery ? (
            <Field
              label="Recovery code"
              name="recovery-code"
              autocomplete="off"
              placeholder="xxxxx-xxxxx"
              value={code}
              onInput={setCode}
              error={errorOf("code")}
              maxLength={32}
              autofocus
              required
            />
          ) : (
            <Field
              label="Six-digit code"
              name="code"
              autocomplete="one-time-code"
              inputMode="numeric"
              value={code}
              onInput={setCode}
              error={errorOf("code")}
              maxLength={8}
              autofocus
              required
            />
          )
        }
      </Form>
      <div class={styles.others}>
        <button type="button" class={styles.quiet} onClick={other}>
          {recovery ? "Use the authenticator instead" : "Use a recovery code instead"}
        </button>
        <button type="button" class={styles.quiet} onClick={onBack}>
          Back
        </button>
      </div>
    </Entry>
  );
}
