import type { Channel } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/paths";
import { KEYS } from "./commands";
import { mayBegin } from "./engine/machine";
import type { CallsStore } from "./store";

interface Props {
  readonly calls: CallsStore;
  readonly channel: Channel;
}

/** Calls a group, or meets in a channel. */
export function MeetButtons({ calls, channel }: Props) {
  const held = calls.held.value;
  if (!mayBegin(held) && held.channel === channel.id)
    return (
      <Button icon={icons.call} onClick={() => calls.show()}>
        Return to call
      </Button>
    );
  const start = (video: boolean) => void calls.start(channel.id, video);
  if (channel.kind === "standard")
    return (
      <Button icon={icons.video} onClick={() => start(true)}>
        Meet now
      </Button>
    );
  return (
    <>
      <Button
        kind="subtle"
        icon={icons.video}
        label="Video call"
        shortcut={KEYS.startVideo}
        onClick={() => start(true)}
      />
      <Button
        kind="subtle"
        icon={icons.call}
        label="Audio call"
        shortcut={KEYS.startAudio}
        onClick={() => start(false)}
      />
    </>
  );
}
