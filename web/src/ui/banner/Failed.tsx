import { useEffect } from "preact/hooks";
import { refusalText } from "../form/refusals";
import { Banner } from "./Banner";

interface Props {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** What is to be shown here could not be read; it is tried again once the network is back. */
export function Failed({ error, onRetry }: Props) {
  useEffect(() => {
    addEventListener("online", onRetry);
    return () => removeEventListener("online", onRetry);
  }, [onRetry]);
  return (
    <Banner kind="error" action={{ label: "Try again", run: onRetry }}>
      {refusalText(error)}
    </Banner>
  );
}
