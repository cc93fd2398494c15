import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
}

/** A call of mine that another page holds, or held until it was closed. */
export function RejoinBanner({ calls }: Props) {
  const there = calls.elsewhere.value;
  if (!there) return null;
  const { call, lost } = there;
  const name = calls.titleOf({ ...call, peer: calls.peerOf(call) });
  const text = lost
    ? `You were in a call with ${name}.`
    : `You are in a call with ${name} on another page.`;
  return (
    <Banner
      kind="info"
      action={{
        label: lost ? "Rejoin" : "Move it here",
        run: () => void calls.rejoin(call.id),
      }}
    >
      {text}{" "}
      <Button kind="subtle" size="small" onClick={() => void calls.leaveElsewhere(call.id)}>
        Leave
      </Button>
    </Banner>
  );
}
