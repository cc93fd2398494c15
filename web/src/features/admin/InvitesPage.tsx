import { useEffect, useState } from "preact/hooks";
import type { Api, Invite, Me } from "../../api/gen";
import { plural } from "../../lib/text";
import { fullTime } from "../../lib/time";
import { Failed } from "../../ui/banner/Failed";
import { Button } from "../../ui/button/Button";
import { Asking } from "../../ui/dialog/Asking";
import * as icons from "../../ui/icons/paths";
import rows from "../../ui/rows/Rows.module.css";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import styles from "./Admin.module.css";
import { NewInviteDialog } from "./NewInviteDialog";
import { ROLE_NAMES } from "./roles";

interface Props {
  readonly api: Pick<Api, "inviteList" | "inviteCreate" | "inviteRevoke" | "signInGet">;
  readonly me: Me;
  readonly onDone: (text: string) => void;
}

type State = "open" | "used up" | "expired" | "withdrawn";

function stateOf(i: Invite): State {
  if (i.revoked) return "withdrawn";
  if (i.uses >= i.max_uses) return "used up";
  return i.expires_at <= Date.now() ? "expired" : "open";
}

/** Links by which people come in. */
export function InvitesPage({ api, me, onDone }: Props) {
  const [invites, setInvites] = useState<readonly Invite[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [making, setMaking] = useState(false);
  const [mail, setMail] = useState(false);
  const [ending, setEnding] = useState<Invite | null>(null);
  const load = async () => {
    setError(null);
    await api.inviteList().then((r) => setInvites(r.invites), setError);
  };
  useEffect(() => {
    void load();
    api.signInGet().then(
      (ways) => setMail(ways.mail),
      () => {
        /* Then there is only the link. */
      },
    );
  }, []);
  return (
    <section class={styles.section} aria-labelledby="invites">
      <div class={rows.head}>
        <h2 id="invites">Invitations</h2>
        <Button kind="primary" icon={icons.personAdd} onClick={() => setMaking(true)}>
          New invitation
        </Button>
      </div>
      {error !== null && <Failed error={error} onRetry={() => void load()} />}
      {invites === null && error === null && <Skeleton rows={4} />}
      {invites?.length === 0 && <p class={rows.plain}>There are none yet.</p>}
      {invites !== null && invites.length > 0 && (
        <ul class={rows.rows} aria-label="Invitations">
          {invites.map((i) => (
            <Row key={i.id} invite={i} onEnd={() => setEnding(i)} />
          ))}
        </ul>
      )}
      {making && (
        <NewInviteDialog
          me={me}
          mail={mail}
          onCreate={async (body) => {
            const { url } = await api.inviteCreate(body);
            await load();
            return url;
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {ending && (
        <Asking
          title="Withdraw this invitation?"
          submit="Withdraw"
          danger
          onClose={() => setEnding(null)}
          onSubmit={async () => {
            await api.inviteRevoke({ invite: ending.id });
            await load();
            onDone("The link lets nobody in any more.");
          }}
        >
          <p>Who has come by it stays.</p>
        </Asking>
      )}
    </section>
  );
}

function Row({ invite, onEnd }: { readonly invite: Invite; readonly onEnd: () => void }) {
  const state = stateOf(invite);
  const used = `used by ${invite.uses} of ${plural(invite.max_uses, "person", "people")}`;
  return (
    <li class={rows.row}>
      <div class={rows.text}>
        <p>
          <span class={rows.name}>For {ROLE_NAMES[invite.role].toLowerCase()}s</span>
          {state !== "open" && <span class={rows.mark}>{state}</span>}
        </p>
        <p class={rows.quiet}>
          Made {fullTime(invite.created_at)} · until {fullTime(invite.expires_at)} · {used}
        </p>
      </div>
      {state === "open" && (
        <Button size="small" onClick={onEnd}>
          Withdraw
        </Button>
      )}
    </li>
  );
}
