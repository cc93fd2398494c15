import { useEffect, useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Api, Channel, GuestLink } from "../../api/gen";
import { plural } from "../../lib/text";
import { fullTime } from "../../lib/time";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { CopyField } from "../../ui/copy/CopyField";
import { Asking } from "../../ui/dialog/Asking";
import { Dialog } from "../../ui/dialog/Dialog";
import * as later from "../../ui/icons/later";
import rows from "../../ui/rows/Rows.module.css";
import { Select } from "../../ui/select/Select";
import styles from "./Guests.module.css";

interface Props {
  readonly channel: Channel;
  readonly api: Pick<Api, "guestLinkList" | "guestLinkCreate" | "guestLinkRevoke">;
  readonly onClose: () => void;
}

const DAY_S = 86_400;
const ENDS = [
  { value: "1", label: "In a day" },
  { value: "7", label: "In 7 days" },
  { value: "30", label: "In 30 days" },
];

const works = (l: GuestLink) => !l.revoked && l.expires_at > Date.now();

/** Links by which people from outside come into this one conversation. */
export function GuestLinksDialog({ channel, api, onClose }: Props) {
  const [links, setLinks] = useState<readonly GuestLink[] | null>(null);
  const [url, setUrl] = useState("");
  const [days, setDays] = useState("7");
  const [error, setError] = useState<unknown>(null);
  const [ending, setEnding] = useState<GuestLink | null>(null);

  const act = (work: () => Promise<void>) => {
    setError(null);
    work().catch(setError);
  };
  const load = async () =>
    setLinks((await api.guestLinkList({ channel: channel.id })).links.filter(works));
  useEffect(() => act(load), []);
  const make = async () => {
    const body = { expires_in_s: Number(days) * DAY_S };
    setUrl((await api.guestLinkCreate({ channel: channel.id }, body)).url);
    await load();
  };
  if (ending)
    return (
      <Asking
        title="Withdraw this link?"
        submit="Withdraw"
        danger
        onClose={() => setEnding(null)}
        onSubmit={async () => {
          await api.guestLinkRevoke({ channel: channel.id, link: ending.id });
          await load();
        }}
      >
        Whoever came by it is out at once. What they wrote stays.
      </Asking>
    );
  return (
    <Dialog open title="Guests" size="medium" onClose={onClose}>
      <div class={styles.parts}>
        {error !== null && <Banner kind="error">{errorText(error)}</Banner>}
        <p>
          Whoever has the link comes in with a name only, sees this conversation from its beginning
          and nothing else, and is out when the link ends.
        </p>
        {url === "" ? (
          <div class={styles.make}>
            <Select label="The link ends" value={days} options={ENDS} onChange={setDays} />
            <Button kind="primary" icon={later.link} onClick={() => act(make)}>
              Create guest link
            </Button>
          </div>
        ) : (
          <CopyField
            label="Guest link"
            value={url}
            hint="It is shown only now: copy it."
            autofocus
          />
        )}
        {links !== null && links.length > 0 && (
          <ul class={rows.rows} aria-label="Links that work">
            {links.map((l) => (
              <li key={l.id} class={rows.row}>
                <div class={rows.text}>
                  <p class={rows.name}>Until {fullTime(l.expires_at)}</p>
                  <p class={rows.quiet}>Used by {plural(l.uses, "guest", "guests")}</p>
                </div>
                <Button size="small" onClick={() => setEnding(l)}>
                  Withdraw
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}
