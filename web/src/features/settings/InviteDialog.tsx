import { useEffect, useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Api, Invite } from "../../api/gen";
import { plural } from "../../lib/text";
import { fullTime } from "../../lib/time";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { CopyField } from "../../ui/copy/CopyField";
import { Dialog } from "../../ui/dialog/Dialog";
import * as later from "../../ui/icons/later";
import styles from "./InviteDialog.module.css";

interface Props {
  readonly api: Pick<Api, "inviteCreate" | "inviteList" | "inviteRevoke">;
  readonly onClose: () => void;
}

const isOpen = (i: Invite) => !i.revoked && i.uses < i.max_uses && i.expires_at > Date.now();

/** Links that let people in: a new one is shown once, those that still work can be ended. */
export function InviteDialog({ api, onClose }: Props) {
  const [url, setUrl] = useState("");
  const [invites, setInvites] = useState<readonly Invite[]>([]);
  const [error, setError] = useState<unknown>(null);

  const act = (work: () => Promise<void>) => {
    setError(null);
    work().catch(setError);
  };
  const reload = async () => setInvites((await api.inviteList()).invites.filter(isOpen));
  useEffect(() => act(reload), []);

  const make = async () => {
    setUrl((await api.inviteCreate({})).url);
    await reload();
  };
  const end = async (invite: Invite) => {
    await api.inviteRevoke({ invite: invite.id });
    await reload();
  };
  return (
    <Dialog open title="Invite people" size="medium" onClose={onClose}>
      <div class={styles.parts}>
        {error !== null && <Banner kind="error">{errorText(error)}</Banner>}
        <p class={styles.quiet}>
          Whoever has the link can join. It works for seven days and a hundred people, and is shown
          only now: copy it.
        </p>
        {url === "" ? (
          <Button kind="primary" icon={later.link} onClick={() => act(make)}>
            Create invitation link
          </Button>
        ) : (
          <CopyField label="Invitation link" value={url} autofocus />
        )}
        {invites.length > 0 && (
          <ul class={styles.list} aria-label="Links that work">
            {invites.map((i) => (
              <li key={i.id} class={styles.row}>
                <span class={styles.quiet}>
                  Used by {plural(i.uses, "person", "people")}, until {fullTime(i.expires_at)}
                </span>
                <Button size="small" onClick={() => act(() => end(i))}>
                  End
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
