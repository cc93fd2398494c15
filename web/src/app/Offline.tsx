import { Button } from "../ui/button/Button";
import { EmptyState } from "../ui/empty/EmptyState";
import * as icons from "../ui/icons/paths";

/** The page has loaded, but the server does not answer. */
export function Offline({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <main>
      <EmptyState
        title="Convene cannot be reached"
        icon={icons.cloudOff}
        action={
          <Button kind="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        Check your connection. What you have written is kept in this browser.
      </EmptyState>
    </main>
  );
}
