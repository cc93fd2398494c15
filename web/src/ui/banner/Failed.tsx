import { refusalText } from "../form/refusals";
import { Banner } from "./Banner";

interface Props {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** What is to be shown here could not be read. */
export function Failed({ error, onRetry }: Props) {
  return (
    <Banner kind="error" action={{ label: "Try again", run: onRetry }}>
      {refusalText(error)}
    </Banner>
  );
}
