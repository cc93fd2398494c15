import { useEffect, useMemo, useState } from "preact/hooks";
import type { AdminSession, Api, Me } from "../../api/gen";
import { deviceOf } from "../../lib/device";
import { agoText, fullTime } from "../../lib/time";
import { Button } from "../../ui/button/Button";
import { Asking } from "../../ui/dialog/Asking";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/later";
import rows from "../../ui/rows/Rows.module.css";
import styles from "./Admin.module.css";
import { PagedList } from "./PagedList";
import { Paged } from "./paged";
import { mayChange } from "./roles";

interface Props {
  readonly api: Pick<Api, "adminSessions" | "adminSessionEnd">;
  readonly me: Me;
  readonly onDone: (text: string) => void;
}

/** Who is signed in where. */
export function SessionsPage({ api, me, onDone }: Props) {
  const [ending, setEnding] = useState<AdminSession | null>(null);
  const list = useMemo(
    () =>
      new Paged<AdminSession>(async (shown) => {
        const { sessions, more } = await api.adminSessions({ offset: shown.length, limit: 50 });
        return { rows: sessions, more };
      }),
    [api],
  );
  useEffect(() => void list.load(), [list]);
  return (
    <section class={styles.section} aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      <PagedList label="Sessions" list={list} empty="Nobody is signed in.">
        {(row) => (
          <Row
            key={row.session.id}
            row={row}
            mine={row.person.id === me.id}
            onEnd={
              !row.session.current && (row.person.id === me.id || mayChange(me, row.person.role))
                ? () => setEnding(row)
                : undefined
            }
          />
        )}
      </PagedList>
      {ending && (
        <Asking
          title={`End ${deviceOf(ending.session.user_agent).text} of ${ending.person.name}?`}
          submit="End"
          danger
          onClose={() => setEnding(null)}
          onSubmit={async () => {
            await api.adminSessionEnd({ session: ending.session.id });
            await list.load();
            onDone("The device is signed out.");
          }}
        >
          <p>It is signed out at once, and a call on it ends.</p>
        </Asking>
      )}
    </section>
  );
}

interface RowProps {
  readonly row: AdminSession;
  readonly mine: boolean;
  readonly onEnd: (() => void) | undefined;
}

function Row({ row: { session, person }, mine, onEnd }: RowProps) {
  const device = deviceOf(session.user_agent);
  const used = session.current ? "in use" : `used ${agoText(session.last_seen_at, Date.now())}`;
  return (
    <li class={rows.row}>
      <Icon path={device.phone ? icons.phone : icons.desktop} />
      <div class={rows.text}>
        <p>
          <span class={rows.name}>{person.name}</span>
          {session.current && <span class={rows.mark}>This device</span>}
          {mine && !session.current && <span class={rows.mark}>You</span>}
        </p>
        <p class={rows.quiet}>
          <span title={session.user_agent}>{device.text}</span> · {session.ip || "Address unknown"}{" "}
          · <span title={fullTime(session.last_seen_at)}>{used}</span>
        </p>
      </div>
      {onEnd && (
        <Button size="small" label={`End ${device.text} of ${person.name}`} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}
