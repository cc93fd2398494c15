import { useEffect, useRef } from "preact/hooks";
import type { CallRecord } from "../../api/gen";
import { fullTime, listTime } from "../../lib/time";
import { Avatar } from "../../ui/avatar/Avatar";
import { Banner } from "../../ui/banner/Banner";
import { EmptyState } from "../../ui/empty/EmptyState";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import { List } from "../../ui/list/List";
import { ListRow } from "../../ui/list/ListRow";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import { Pills } from "../../ui/tabs/Pills";
import styles from "./CallHistoryPane.module.css";
import type { CallHistory, Filter } from "./history";
import type { People } from "./people";
import { isMissed, nameOf, recordIcon, recordText } from "./recordTexts";

interface Props {
  readonly history: CallHistory;
  readonly people: People;
  /** The record that is shown beside. */
  readonly current: string | null;
}

const FILTERS = [
  { id: "all", label: "All" },
  { id: "missed", label: "Missed" },
] as const;

/** The list of the calls page. */
export function CallHistoryPane({ history, people, current }: Props) {
  useEffect(() => {
    void history.load();
    void history.seen();
  }, [history]);
  const filter = history.filter.value;
  const choose = (id: string) => {
    const next: Filter = id === "missed" && filter !== "missed" ? "missed" : "all";
    void history.choose(next);
  };
  return (
    <div class={styles.pane}>
      <h1 class={styles.title}>Calls</h1>
      <div class={styles.filters}>
        <Pills label="Which calls" options={FILTERS} on={[filter]} onToggle={choose} />
      </div>
      {history.trouble.value && (
        <Banner kind="error" action={{ label: "Try again", run: () => void history.load() }}>
          {history.trouble.value}
        </Banner>
      )}
      <div class={styles.rows}>
        <Records history={history} people={people} current={current} />
      </div>
    </div>
  );
}

function Records({ history, people, current }: Props) {
  const records = history.records.value;
  if (records === null) return history.trouble.value ? null : <Skeleton rows={8} />;
  if (records.length === 0)
    return history.filter.value === "missed" ? (
      <EmptyState title="No missed calls" icon={icons.callMissed} />
    ) : (
      <EmptyState title="No calls yet" icon={icons.call}>
        Open a chat with somebody and call them from there.
      </EmptyState>
    );
  return (
    <>
      <List label="Calls">
        {records.map((r) => (
          <Row key={r.id} record={r} people={people} current={r.id === current} />
        ))}
      </List>
      {history.more.value && <More key={records.length} onSeen={() => void history.loadMore()} />}
    </>
  );
}

interface RowProps {
  readonly record: CallRecord;
  readonly people: People;
  readonly current: boolean;
}

function Row({ record, people, current }: RowProps) {
  const name = nameOf(record);
  const peer = record.peer?.id;
  useEffect(() => (peer === undefined ? undefined : people.watch?.(peer)), [people, peer]);
  return (
    <ListRow
      href={`/calls/${record.id}`}
      current={current}
      start={
        <Avatar
          id={peer ?? record.id}
          name={name}
          picture={record.peer?.picture}
          presence={peer === undefined ? undefined : people.stateOf(peer)}
        />
      }
      title={<span class={isMissed(record) ? styles.missed : undefined}>{name}</span>}
      detail={
        <span class={styles.detail}>
          <Icon path={recordIcon(record)} size={16} />
          {recordText(record)}
        </span>
      }
      end={
        <time
          dateTime={new Date(record.started_at).toISOString()}
          title={fullTime(record.started_at)}
        >
          {listTime(record.started_at, Date.now())}
        </time>
      }
    />
  );
}

/** Stands at the end of what is loaded, and asks for more once it comes near. */
function More({ onSeen }: { readonly onSeen: () => void }) {
  const end = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!end.current || typeof IntersectionObserver === "undefined") return undefined;
    const near = new IntersectionObserver(
      (seen) => {
        if (seen.some((s) => s.isIntersecting)) onSeen();
      },
      { rootMargin: "50%" },
    );
    near.observe(end.current);
    return () => near.disconnect();
  }, []);
  return (
    <button ref={end} type="button" class={styles.more} onClick={onSeen}>
      Show older calls
    </button>
  );
}
