import { useEffect, useState } from "preact/hooks";
import type { Api, Storage } from "../../api/gen";
import { agoText } from "../../lib/time";
import { Failed } from "../../ui/banner/Failed";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import styles from "./Admin.module.css";

interface Props {
  readonly api: Pick<Api, "storageGet">;
}

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

function bytesText(n: number): string {
  let at = 0;
  let left = n;
  for (; left >= 1000 && at < UNITS.length - 1; at++) left /= 1000;
  return `${at === 0 ? left : left.toFixed(1)} ${UNITS[at]}`;
}

function factsOf(s: Storage): readonly (readonly [string, string])[] {
  const number = (n: number) => n.toLocaleString();
  const backup =
    s.backup_folder === null
      ? "None are made: BACKUP_DIR is not set"
      : `${s.backup_at === null ? "None yet" : `Last one ${agoText(s.backup_at, Date.now())}`}, in ${s.backup_folder}`;
  return [
    ["Database", s.engine === "sqlite" ? "SQLite" : "PostgreSQL"],
    ["Size", bytesText(s.database_bytes)],
    ...(s.disk_free_bytes === null
      ? []
      : [["Free on its disk", bytesText(s.disk_free_bytes)] as const]),
    ["Backups", backup],
    ["People", number(s.people)],
    ["Guests", number(s.guests)],
    ["Chats and channels", number(s.channels)],
    ["Messages", number(s.messages)],
    ["Devices signed in", number(s.sessions)],
    ["Audit log", `${number(s.audit_entries)} entries`],
  ];
}

/** How much is kept, and where. */
export function StoragePage({ api }: Props) {
  const [storage, setStorage] = useState<Storage | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    api.storageGet().then(setStorage, setError);
  };
  useEffect(load, []);
  return (
    <section class={styles.section} aria-labelledby="storage">
      <h2 id="storage">Storage</h2>
      {error !== null && <Failed error={error} onRetry={load} />}
      {storage === null && error === null && <Skeleton rows={6} />}
      {storage && (
        <dl class={styles.facts}>
          {factsOf(storage).map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
        </dl>
      )}
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
