import { useState } from "preact/hooks";
import type { InviteCreateBody, Me } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { CopyField } from "../../ui/copy/CopyField";
import { Dialog } from "../../ui/dialog/Dialog";
import { Field } from "../../ui/field/Field";
import { Form } from "../../ui/form/Form";
import { Select } from "../../ui/select/Select";
import styles from "./Admin.module.css";

interface Props {
  readonly me: Me;
  /** The server can send it. */
  readonly mail: boolean;
  /** Returns the link. */
  readonly onCreate: (body: InviteCreateBody) => Promise<string>;
  readonly onClose: () => void;
}

const DAY_S = 86_400;
const ENDS = [
  { value: "1", label: "In a day" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
];
const USES = [
  { value: "1", label: "One person" },
  { value: "10", label: "10 people" },
  { value: "100", label: "100 people" },
  { value: "1000", label: "1,000 people" },
];
const ROLES = [
  { value: "member", label: "Members" },
  { value: "admin", label: "Administrators" },
];

/** A new link: whom it lets in, how many, how long; then the link, once. */
export function NewInviteDialog({ me, mail, onCreate, onClose }: Props) {
  const [role, setRole] = useState("member");
  const [uses, setUses] = useState("1");
  const [days, setDays] = useState("7");
  const [email, setEmail] = useState("");
  const [url, setUrl] = useState<string | null>(null);
  const to = email.trim();
  if (url !== null)
    return (
      <Dialog
        open
        title="The invitation"
        onClose={onClose}
        actions={
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        }
      >
        <div class={styles.parts}>
          <p>
            {to !== "" && `It is on its way to ${to}. `}
            Whoever has this link can join. It is shown only now: copy it.
          </p>
          <CopyField label="Invitation link" value={url} autofocus />
        </div>
      </Dialog>
    );
  const create = async () =>
    setUrl(
      await onCreate({
        role: role === "admin" ? "admin" : "member",
        max_uses: Number(uses),
        expires_in_s: Number(days) * DAY_S,
        ...(to === "" ? {} : { email: to }),
      }),
    );
  return (
    <Dialog open title="New invitation" onClose={onClose}>
      <Form
        submit="Create link"
        fields={{ role, uses, days, ...(to === "" ? {} : { email }) }}
        onSubmit={create}
        beside={<Button onClick={onClose}>Cancel</Button>}
      >
        {(errorOf) => (
          <>
            {me.role === "owner" && (
              <Select label="They become" value={role} options={ROLES} onChange={setRole} />
            )}
            <Select label="It is for" value={uses} options={USES} onChange={setUses} />
            <Select label="It ends" value={days} options={ENDS} onChange={setDays} />
            {mail && (
              <Field
                label="Send it to (optional)"
                name="email"
                type="email"
                value={email}
                onInput={setEmail}
                hint="A link that is sent is for one person."
                error={errorOf("email")}
                maxLength={254}
              />
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}
