import { useEffect, useState } from "preact/hooks";
import type { AdminPerson, AdminResetReply, Api } from "../../api/gen";
import { fullTime } from "../../lib/time";
import { Failed } from "../../ui/banner/Failed";
import { Button } from "../../ui/button/Button";
import { CopyField } from "../../ui/copy/CopyField";
import { Asking } from "../../ui/dialog/Asking";
import { Dialog } from "../../ui/dialog/Dialog";
import { Spinner } from "../../ui/spinner/Spinner";
import styles from "./Admin.module.css";
import { ROLE_NAMES } from "./roles";

export type PersonAct =
  | { readonly kind: "role"; readonly role: "owner" | "admin" | "member" }
  | { readonly kind: "active"; readonly active: boolean }
  | { readonly kind: "out" | "totp" | "reset" };

export interface PersonActing {
  readonly row: AdminPerson;
  readonly act: PersonAct;
}

interface Props {
  readonly api: Pick<Api, "adminPersonEdit" | "adminSignOut" | "adminTotpOff" | "adminReset">;
  readonly acting: PersonActing;
  readonly onClose: () => void;
  readonly onChanged: (now: AdminPerson, text: string) => void;
}

interface Question {
  readonly title: string;
  readonly submit: string;
  readonly text: string;
  readonly danger?: boolean;
  readonly run: () => Promise<AdminPerson>;
  readonly done: string;
}

function questionOf({ api, acting }: Props): Question {
  const { row, act } = acting;
  const { id, name } = row.person;
  if (act.kind === "role") {
    const role = ROLE_NAMES[act.role].toLowerCase();
    return {
      title: `Make ${name} ${act.role === "member" ? "a" : "an"} ${role}?`,
      submit: `Make ${role}`,
      text: "They are signed out everywhere, and have the new rights when they sign in again.",
      run: () => api.adminPersonEdit({ person: id }, { role: act.role }),
      done: `${name} is ${act.role === "member" ? "a" : "an"} ${role} now.`,
    };
  }
  if (act.kind === "active" && act.active)
    return {
      title: `Bring ${name} back?`,
      submit: "Bring back",
      text: "They can sign in again, and find their chats as they were.",
      run: () => api.adminPersonEdit({ person: id }, { active: true }),
      done: `${name} can sign in again.`,
    };
  if (act.kind === "active")
    return {
      title: `Deactivate ${name}?`,
      submit: "Deactivate",
      danger: true,
      text: "They are signed out everywhere at once, their calls end and their API tokens are taken back. What they wrote stays.",
      run: () => api.adminPersonEdit({ person: id }, { active: false }),
      done: `${name} is out.`,
    };
  if (act.kind === "totp")
    return {
      title: `Ask ${name} for no second factor?`,
      submit: "Second factor off",
      danger: true,
      text: "For somebody who has lost their phone and the recovery codes. Be sure that it is them who ask.",
      run: () =>
        api
          .adminTotpOff({ person: id })
          .then(() => ({ ...row, second_factor: false, sessions: 0 })),
      done: `${name} signs in without a code until they set one up again.`,
    };
  return {
    title: `Sign ${name} out everywhere?`,
    submit: "Sign out",
    danger: true,
    text: "All their devices are signed out at once, and calls on them end.",
    run: () => api.adminSignOut({ person: id }).then(() => ({ ...row, sessions: 0 })),
    done: `${name} is signed out.`,
  };
}

/** Asks before anything is done with somebody, and says what will happen. */
export function PersonActs(props: Props) {
  const { acting, onClose, onChanged } = props;
  if (acting.act.kind === "reset") return <ResetDialog {...props} />;
  const q = questionOf(props);
  return (
    <Asking
      title={q.title}
      submit={q.submit}
      danger={q.danger ?? false}
      onClose={onClose}
      onSubmit={async () => onChanged(await q.run(), q.done)}
    >
      <p>{q.text}</p>
    </Asking>
  );
}

function ResetDialog({ api, acting, onClose }: Props) {
  const [made, setMade] = useState<AdminResetReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { id, name } = acting.row.person;
  const make = () => {
    setError(null);
    api.adminReset({ person: id }).then(setMade, setError);
  };
  useEffect(make, []);
  return (
    <Dialog
      open
      title={`A new password for ${name}`}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div class={styles.parts}>
        {error !== null && <Failed error={error} onRetry={make} />}
        {made === null && error === null && <Spinner label="Making a link" />}
        {made && (
          <>
            <p>
              Give this link to {name}. It works once, until {fullTime(made.expires_at)}, and is
              shown only now.
            </p>
            <CopyField label="Link" value={made.url} autofocus />
          </>
        )}
      </div>
    </Dialog>
  );
}
