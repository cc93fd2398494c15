import { plural } from "../../lib/text";
import { Banner } from "../../ui/banner/Banner";
import { mayBegin } from "./engine/machine";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
  readonly channel: string;
}

/** A meeting goes on in this conversation, and I am not in it. */
export function MeetingBanner({ calls, channel }: Props) {
  const call = calls.in(channel);
  const held = calls.held.value;
  const there = call?.legs.filter((l) => l.state === "joined" || l.state === "lost") ?? [];
  const mine = there.some((l) => l.user === calls.me.value);
  if (!call || there.length === 0 || mine) return null;
  if (!mayBegin(held) && held.channel === channel) return null;
  return (
    <Banner kind="info" action={{ label: "Join", run: () => void calls.accept(call.id, false) }}>
      Meeting in progress · {plural(there.length, "person", "people")}
    </Banner>
  );
}
