import { useEffect, useMemo, useState } from "preact/hooks";
import type { Api, AuditEntry, AuditVerifyReply } from "../../api/gen";
import { fullTime } from "../../lib/time";
import { Banner } from "../../ui/banner/Banner";
import { Failed } from "../../ui/banner/Failed";
import { Button } from "../../ui/button/Button";
import rows from "../../ui/rows/Rows.module.css";
import { Select } from "../../ui/select/Select";
import styles from "./Admin.module.css";
import { ACTIONS, actText } from "./audit";
import { PagedList } from "./PagedList";
import { Paged } from "./paged";

interface Props {
  readonly api: Pick<Api, "auditList" | "auditVerify">;
}

/** Who did what, when and from where. */
export function AuditPage({ api }: Props) {
  const [action, setAction] = useState("");
  const list = useMemo(
    () =>
      new Paged<AuditEntry>(async (shown) => {
        const last = shown.at(-1);
        const { entries, more } = await api.auditList({
          ...(action === "" ? {} : { action }),
          ...(last ? { before: last.n } : {}),
          limit: 50,
        });
        return { rows: entries, more };
      }),
    [api, action],
  );
  useEffect(() => void list.load(), [list]);
  return (
    <section class={styles.section} aria-labelledby="audit">
      <div class={rows.head}>
        <h2 id="audit">Audit log</h2>
        <Verify api={api} />
      </div>
      <Select label="Show" value={action} options={ACTIONS} onChange={setAction} />
      <PagedList label="Audit log" list={list} empty="There is nothing of this kind.">
        {(e) => (
          <li key={e.n} class={rows.row}>
            <div class={rows.text}>
              <p>
                <span class={rows.name}>{e.actor?.name ?? "Somebody"}</span> {actText(e)}
              </p>
              <p class={rows.quiet}>
                {fullTime(e.at)} · {e.ip || "the command line"} · No. {e.n}
              </p>
            </div>
          </li>
        )}
      </PagedList>
    </section>
  );
}

/** Entries hang on each other: one that was changed afterwards shows. */
function Verify({ api }: Props) {
  const [found, setFound] = useState<AuditVerifyReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setError(null);
    setFound(null);
    await api.auditVerify().then(setFound, setError);
    setBusy(false);
  };
  return (
    <>
      <Button busy={busy} onClick={() => void run()}>
        Verify
      </Button>
      <div role="status" class={styles.status}>
        {error !== null && <Failed error={error} onRetry={() => void run()} />}
        {found?.broken_at === null && (
          <Banner kind="info">{`All ${found.entries} entries are as they were written.`}</Banner>
        )}
        {found && found.broken_at !== null && (
          <Banner kind="error">
            {`Entry ${found.broken_at} is not as it was written: it was changed or taken out, or SESSION_SECRET is another one.`}
          </Banner>
        )}
      </div>
    </>
  );
}
