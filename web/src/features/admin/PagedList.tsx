import type { ComponentChildren } from "preact";
import { Failed } from "../../ui/banner/Failed";
import { Button } from "../../ui/button/Button";
import rows from "../../ui/rows/Rows.module.css";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import styles from "./Admin.module.css";
import type { Paged } from "./paged";

interface Props<T> {
  readonly label: string;
  readonly list: Paged<T>;
  readonly empty: string;
  readonly children: (row: T) => ComponentChildren;
}

/** Rows as they come, with what is shown before, when there are none, and when they could not be read. */
export function PagedList<T>({ label, list, empty, children }: Props<T>) {
  const shown = list.rows.value;
  return (
    <>
      {list.error.value !== null && (
        <Failed error={list.error.value} onRetry={() => void list.load()} />
      )}
      {shown === null && list.error.value === null && <Skeleton rows={6} />}
      {shown?.length === 0 && <p class={rows.plain}>{empty}</p>}
      {shown !== null && shown.length > 0 && (
        <ul class={rows.rows} aria-label={label} aria-busy={list.busy.value}>
          {shown.map(children)}
        </ul>
      )}
      {list.more.value && (
        <Button class={styles.more ?? ""} busy={list.busy.value} onClick={() => void list.next()}>
          Show more
        </Button>
      )}
    </>
  );
}
