import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../ui/button/Button";
import { EmptyState } from "../ui/empty/EmptyState";
import * as icons from "../ui/icons/paths";
import { Spinner } from "../ui/spinner/Spinner";

interface Props<P> {
  readonly load: () => Promise<FunctionComponent<P>>;
  readonly props: P;
}

/** A part of the page that is fetched when it is first shown. */
export function Lazy<P extends object>({ load, props }: Props<P>) {
  const [View, setView] = useState<{ readonly of: FunctionComponent<P> } | null>(null);
  const [failed, setFailed] = useState(false);
  const get = () => {
    setFailed(false);
    load().then(
      (of) => setView({ of }),
      () => setFailed(true),
    );
  };
  useEffect(get, [load]);

  if (View) return <View.of {...props} />;
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
