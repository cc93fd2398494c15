import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/paths";
import { KEYS } from "./commands";
import { mayBegin } from "./engine/machine";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
  /** The direct chat, or what finds or makes it. */
  readonly channel: string | (() => Promise<string>);
  readonly peer: string;
}

/** Calls the other person of a direct chat. */
export function CallButtons({ calls, channel, peer }: Props) {
  const held = calls.held.value;
  const here = !mayBegin(held) && held.peer === peer;
  const call = async (video: boolean) => {
    const id = typeof channel === "string" ? channel : await channel();
    await calls.start(id, video, peer);
  };
  if (here)
    return (
      <Button icon={icons.call} onClick={() => calls.show()}>
        Return to call
      </Button>
    );
  return (
    <>
      <Button
        kind="subtle"
        icon={icons.video}
        label="Video call"
        shortcut={KEYS.startVideo}
        onClick={() => void call(true)}
      />
      <Button
        kind="subtle"
        icon={icons.call}
        label="Audio call"
        shortcut={KEYS.startAudio}
        onClick={() => void call(false)}
      />
    </>
  );
}
