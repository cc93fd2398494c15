import { useSignal } from "@preact/signals";
import { Button } from "../../../ui/button/Button";
import { Asking } from "../../../ui/dialog/Asking";
import { Icon } from "../../../ui/icons/Icon";
import * as later from "../../../ui/icons/later";
import * as icons from "../../../ui/icons/paths";
import { Menu } from "../../../ui/menu/Menu";
import { Control, DeviceControls } from "../Controls";
import bar from "../Controls.module.css";
import { KEYS } from "../commands";
import { Share } from "../engine/share";
import type { CallsStore } from "../store";
import { moreItems, reactItems, viewModes } from "./controlItems";
import type { Meeting } from "./meeting";
import { phone } from "./phone";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
  readonly onFull: () => void;
}

/** The bar of a meeting: what does not fit goes into More. */
export function MeetingControls({ calls, meeting, onFull }: Props) {
  const ending = useSignal(false);
  const small = phone.value;
  const { group } = calls.held.value;
  const wide = group && !small;
  const hand = meeting.mine.value?.hand != null;
  return (
    <div class={bar.bar} role="toolbar" aria-label="Call controls">
      {!small && <PanelControls calls={calls} meeting={meeting} />}
      {wide && (
        <>
          <Control
            icon={later.handRight}
            pressed={hand}
            text="Raise"
            label="Raise hand"
            shortcut={KEYS.hand}
            onClick={() => meeting.toggleHand()}
          />
          <More label="React" icon={icons.emoji} items={reactItems(meeting)} />
        </>
      )}
      {!small && <More label="View" icon={later.grid} items={viewModes(meeting, onFull)} />}
      <More
        label="More"
        icon={later.moreHorizontal}
        items={moreItems({ calls, meeting, small, onFull })}
      />
      <span class={bar.line} />
      <DeviceControls calls={calls} />
      {Share.possible && !small && <ShareControl meeting={meeting} />}
      <button
        type="button"
        class={bar.leave}
        aria-label="Leave"
        data-tip={`Leave (${KEYS.leave})`}
        onClick={() => calls.hangup()}
      >
        <Icon path={later.callEndFilled} />
        <span class={bar.leaveText}>Leave</span>
      </button>
      {group && calls.rules && (
        <Menu
          label="Ways to leave"
          icon={later.chevronDown}
          items={[
            { id: "leave", label: "Leave", icon: later.callEnd, run: () => calls.hangup() },
            {
              id: "end",
              label: "End for all",
              icon: icons.dismiss,
              danger: true,
              run: () => {
                ending.value = true;
              },
            },
          ]}
        />
      )}
      {ending.value && (
        <Asking
          title="End the meeting for everybody?"
          submit="End for all"
          danger
          onClose={() => {
            ending.value = false;
          }}
          onSubmit={async () => meeting.endForAll()}
        >
          <p>Everybody who is in it leaves it now. The chat stays.</p>
        </Asking>
      )}
    </div>
  );
}

function More(props: Parameters<typeof Menu>[0]) {
  return (
    <span class={bar.more}>
      <Menu {...props}>
        <span class={bar.text}>{props.label}</span>
      </Menu>
    </span>
  );
}

function ShareControl({ meeting }: Pick<Props, "meeting">) {
  const sharing = meeting.share.screen.value !== null;
  return (
    <Control
      icon={later.shareScreenStart}
      pressed={sharing}
      text="Share"
      label="Share your screen"
      shortcut={KEYS.share}
      onClick={() => void meeting.toggleShare()}
    />
  );
}

/** Chat and people, with how many they are. */
export function PanelControls({ calls, meeting }: Pick<Props, "calls" | "meeting">) {
  const { view, legs } = meeting;
  const many = legs.value.length;
  const chat = () => (calls.held.value.group ? view.toggle("chat") : calls.toChat());
  if (phone.value)
    return (
      <>
        <Button
          kind="subtle"
          icon={icons.people}
          label={`People ${many}`}
          onClick={() => view.toggle("people")}
        />
        <Button kind="subtle" icon={icons.chat} label="Chat" onClick={chat} />
      </>
    );
  return (
    <>
      <Control
        icon={icons.chat}
        pressed={view.panel.value === "chat"}
        text="Chat"
        label="Chat"
        onClick={chat}
      />
      <Control
        icon={icons.people}
        pressed={view.panel.value === "people"}
        text={`People ${many}`}
        label={`People ${many}`}
        onClick={() => view.toggle("people")}
      />
    </>
  );
}
