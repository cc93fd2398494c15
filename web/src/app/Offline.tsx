import { Button } from "../ui/button/Button";
import { EmptyState } from "../ui/empty/EmptyState";
import * as icons from "../ui/icons/paths";

interface Props {
  /** The server answers, but not with what is asked for: its database is away, or it is too busy. */
  readonly answers: boolean;
  readonly onRetry: () => void;
}

/** The page has loaded, but cannot begin yet; it goes on trying. */
export function Offline({ answers, onRetry }: Props) {
  return (
    <main>
      <EmptyState
        title={answers ? "Convene cannot get at its data" : "Convene cannot be reached"}
        icon={icons.cloudOff}
        action={
          <Button kind="primary" onClick={onRetry}>
            Try now
          </Button>
        }
      >
        {answers
          ? "Its server is there, but its database does not answer. Trying again by itself."
          : "Check your connection. Trying again by itself."}{" "}
        What you have written is kept in this browser.
      </EmptyState>
    </main>
  );
}
