import { useState } from "preact/hooks";
import type { TotpBeginReply } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { CopyButton } from "../../ui/copy/CopyField";
import { Dialog } from "../../ui/dialog/Dialog";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { CodeField } from "./CodeField";
import { QrCode } from "./QrCode";
import { RecoveryCodes } from "./RecoveryCodes";
import type { SecurityStore } from "./security";
import styles from "./TotpDialog.module.css";

interface Props {
  readonly store: SecurityStore;
  readonly onClose: () => void;
  readonly onDone: (text: string) => void;
}

type Step =
  | { readonly at: "password" }
  | { readonly at: "scan"; readonly secret: TotpBeginReply }
  | { readonly at: "codes"; readonly codes: readonly string[] };

/** Setting up an authenticator: who one is, the secret, a first code, what helps when it is lost. */
export function TotpDialog({ store, onClose, onDone }: Props) {
  const [step, setStep] = useState<Step>({ at: "password" });
  const cancel = <Button onClick={onClose}>Cancel</Button>;
  if (step.at === "password")
    return (
      <Dialog open title="Set up an authenticator" onClose={onClose}>
        <PasswordForm
          beside={cancel}
          onSubmit={async (password) =>
            setStep({ at: "scan", secret: await store.beginTotp(password) })
          }
        />
      </Dialog>
    );
  if (step.at === "scan")
    return (
      <Dialog open title="Scan this code" onClose={onClose}>
        <ScanForm
          secret={step.secret}
          beside={cancel}
          onSubmit={async (code) => setStep({ at: "codes", codes: await store.confirmTotp(code) })}
        />
      </Dialog>
    );
  return (
    <Dialog open title="Keep your recovery codes" onClose={onClose} dismissable={false}>
      <RecoveryCodes
        codes={step.codes}
        onDone={() => {
          onClose();
          onDone("The authenticator is on. You are signed out everywhere else.");
        }}
      />
    </Dialog>
  );
}

interface FormProps {
  readonly beside: preact.ComponentChildren;
  readonly onSubmit: (text: string) => Promise<void>;
}

function PasswordForm({ beside, onSubmit }: FormProps) {
  const [password, setPassword] = useState("");
  return (
    <Form
      submit="Next"
      fields={{ current: password }}
      onSubmit={() => onSubmit(password)}
      beside={beside}
    >
      {(errorOf) => (
        <>
          <p>
            You need an authenticator: an app such as FreeOTP, Aegis, 2FAS, Google or Microsoft
            Authenticator, or a password manager. First your password, so that nobody else does it.
          </p>
          <p>Once it is on you will be signed out on all your other devices.</p>
          <Field
            label="Your password"
            type="password"
            name="password"
            autocomplete="current-password"
            value={password}
            onInput={setPassword}
            error={errorOf("current")}
            autofocus
            required
          />
        </>
      )}
    </Form>
  );
}

function ScanForm({ secret, beside, onSubmit }: FormProps & { readonly secret: TotpBeginReply }) {
  const [code, setCode] = useState("");
  return (
    <Form
      submit="Switch it on"
      fields={{ code }}
      onSubmit={() => onSubmit(code.replace(/\s/gu, ""))}
      beside={beside}
    >
      {(errorOf) => (
        <>
          <p>Scan it with your authenticator, then type the six digits that it shows.</p>
          <div class={styles.code}>
            <QrCode text={secret.uri} label="QR code for your authenticator" />
          </div>
          <div>
            <p>Or type this into it, as a key for codes by time:</p>
            <div class={styles.secret}>
              <code>{grouped(secret.secret)}</code>
              <CopyButton text={secret.secret} />
            </div>
          </div>
          <CodeField value={code} onInput={setCode} error={errorOf("code")} autofocus />
        </>
      )}
    </Form>
  );
}

/** Four by four, as it is typed. */
function grouped(secret: string): string {
  return secret.replace(/.{4}(?=.)/gu, "$& ");
}
