import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../ui/button/Button";
import { EmptyState } from "../ui/empty/EmptyState";
import * as icons from "../ui/icons/paths";
import { Spinner } from "../ui/spinner/Spinner";

type Load<P> = () => Promise<FunctionComponent<P>>;

interface Props<P> {
  readonly load: Load<P>;
  readonly props: P;
  /** Shows nothing until it is there: for what floats above the page. */
  readonly quiet?: boolean;
  /** Says elsewhere that it could not be fetched: for what has no place in the page. */
  readonly onFailed?: () => void;
}

/* What has come once is drawn at once the next time, without a moment of nothing. */
const come = new WeakMap<object, unknown>();

/** Fetches a part before it is needed; that it fails is no matter yet. */
export async function fetchAhead<P>(load: Load<P>): Promise<void> {
  try {
    come.set(load, await load());
  } catch {
    /* Tried again, and told of, when it is to be shown. */
  }
}

const IDLE_MS = 3000;

/** Fetches a part once the first load is over, so that it is there when it is wanted. */
export function useAhead<P>(load: Load<P>): void {
  useEffect(() => {
    const later = setTimeout(() => void fetchAhead(load), IDLE_MS);
    return () => clearTimeout(later);
  }, [load]);
}

/** A part of the page that is fetched when it is first shown. */
export function Lazy<P extends object>({ load, props, quiet, onFailed }: Props<P>) {
  const [, setTold] = useState<object>();
  const [failed, setFailed] = useState(false);
  const get = () => {
    if (come.has(load)) return;
    setFailed(false);
    load().then(
      (of) => {
        come.set(load, of);
        setTold({});
      },
      () => {
        setFailed(true);
        onFailed?.();
      },
    );
  };
  useEffect(get, [load]);

  const View = come.get(load) as FunctionComponent<P> | undefined;
  if (View) return <View {...props} />;
  if (quiet || onFailed) return null;
  if (failed)
    return (
      <EmptyState
        title="This part could not be loaded"
        icon={icons.cloudOff}
        action={<Button onClick={get}>Try again</Button>}
      />
    );
  return <Spinner label="Loading" />;
}
