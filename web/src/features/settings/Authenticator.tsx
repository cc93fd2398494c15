import { useState } from "preact/hooks";
import type { Security } from "../../api/gen";
import { plural } from "../../lib/text";
import { Button } from "../../ui/button/Button";
import { Dialog } from "../../ui/dialog/Dialog";
import { Form } from "../../ui/form/Form";
import rows from "../../ui/rows/Rows.module.css";
import { CodeField } from "./CodeField";
import { RecoveryCodes } from "./RecoveryCodes";
import styles from "./SettingsView.module.css";
import type { SecurityStore } from "./security";
import { TotpDialog } from "./TotpDialog";

interface Props {
  readonly store: SecurityStore;
  readonly security: Security;
  readonly onDone: (text: string) => void;
}

type Shown = "set up" | "off" | "codes" | null;

/** The second factor: a code besides the password. */
export function Authenticator({ store, security, onDone }: Props) {
  const [shown, setShown] = useState<Shown>(null);
  const close = () => setShown(null);
  const left = plural(security.recovery_codes, "recovery code is", "recovery codes are");
  return (
    <section class={styles.section} aria-labelledby="authenticator">
      <h2 id="authenticator">Authenticator</h2>
      <p class={rows.plain}>
        {security.second_factor
          ? `It is on: after your password, a code of your authenticator is asked for. ${left} left.`
          : "An app on your phone shows a code that is asked for after your password. Somebody who only knows your password cannot come in."}
      </p>
      <div class={rows.buttons}>
        {security.second_factor ? (
          <>
            <Button onClick={() => setShown("codes")}>New recovery codes</Button>
            <Button onClick={() => setShown("off")}>Switch it off</Button>
          </>
        ) : (
          <Button onClick={() => setShown("set up")}>Set up an authenticator</Button>
        )}
      </div>
      {shown === "set up" && <TotpDialog store={store} onClose={close} onDone={onDone} />}
      {shown === "off" && <OffDialog store={store} onClose={close} onDone={onDone} />}
      {shown === "codes" && <CodesDialog store={store} onClose={close} />}
    </section>
  );
}

interface DialogProps {
  readonly store: SecurityStore;
  readonly onClose: () => void;
}

function OffDialog({ store, onClose, onDone }: DialogProps & Pick<Props, "onDone">) {
  const [code, setCode] = useState("");
  const off = async () => {
    await store.totpOff(code.trim());
    onClose();
    onDone("The authenticator is off. Your password is enough now.");
  };
  return (
    <Dialog open title="Switch the authenticator off?" onClose={onClose}>
      <Form
        submit="Switch it off"
        fields={{ code }}
        onSubmit={off}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            <p>
              Your password alone will be enough to sign in, your recovery codes stop working, and
              you will be signed out on all your other devices.
            </p>
            <CodeField value={code} onInput={setCode} error={errorOf("code")} recovery autofocus />
          </>
        )}
      </Form>
    </Dialog>
  );
}

function CodesDialog({ store, onClose }: DialogProps) {
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  if (codes)
    return (
      <Dialog open title="Your recovery codes" onClose={onClose} dismissable={false}>
        <RecoveryCodes codes={codes} onDone={onClose} />
      </Dialog>
    );
  return (
    <Dialog open title="New recovery codes" onClose={onClose}>
      <Form
        submit="Make new codes"
        fields={{ code }}
        onSubmit={async () => setCodes(await store.newRecoveryCodes(code.trim()))}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            <p>Your old codes stop working.</p>
            <CodeField value={code} onInput={setCode} error={errorOf("code")} recovery autofocus />
          </>
        )}
      </Form>
    </Dialog>
  );
}
