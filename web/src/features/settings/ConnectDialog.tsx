import { useState } from "preact/hooks";
import type { Provider } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Dialog } from "../../ui/dialog/Dialog";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { CodeField } from "./CodeField";

interface Proof {
  readonly password: string;
  readonly code?: string;
}

interface Props {
  readonly provider: Provider;
  /** A code is asked for as well. */
  readonly second: boolean;
  readonly onClose: () => void;
  readonly onSubmit: (proof: Proof) => Promise<void>;
}

/** Before an account elsewhere becomes a way in: that it is oneself who asks. */
export function ConnectDialog({ provider, second, onClose, onSubmit }: Props) {
  const [current, setCurrent] = useState("");
  const [code, setCode] = useState("");
  const proof = () => ({ password: current, ...(second ? { code: code.trim() } : {}) });
  return (
    <Dialog open title={`Connect ${provider.name}`} onClose={onClose}>
      <Form
        submit="Continue"
        fields={{ current, ...(second ? { code } : {}) }}
        onSubmit={() => onSubmit(proof())}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            <p>
              Whoever signs in at {provider.name} will come into your account here. First your
              password, so that nobody else does it.
            </p>
            <Field
              label="Your password"
              type="password"
              name="password"
              autocomplete="current-password"
              value={current}
              onInput={setCurrent}
              error={errorOf("current") ?? errorOf("password")}
              autofocus
              required
            />
            {second && (
              <CodeField value={code} onInput={setCode} error={errorOf("code")} recovery />
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}
