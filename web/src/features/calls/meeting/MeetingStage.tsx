import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../../ui/button/Button";
import * as icons from "../../../ui/icons/paths";
import { ConnectionPanel } from "../ConnectionPanel";
import { coverPage } from "../coverPage";
import { Elapsed } from "../Elapsed";
import { OwnTile } from "../OwnTile";
import { QualityButton } from "../QualityButton";
import { SidePanel } from "../SidePanel";
import stage from "../Stage.module.css";
import type { CallsStore } from "../store";
import { phaseText } from "../texts";
import { useQuiet } from "../useQuiet";
import { MeetingControls, PanelControls } from "./MeetingControls";
import { MeetingNotices } from "./MeetingNotices";
import styles from "./MeetingStage.module.css";
import type { Meeting } from "./meeting";
import { PeoplePanel } from "./PeoplePanel";
import { phone } from "./phone";
import { StageArea } from "./StageArea";
import { useFull } from "./useFull";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
  /** The conversation that the meeting belongs to. */
  readonly thread: (channel: string) => ComponentChildren;
}

/** A meeting, over the whole page; what lies beneath cannot be reached meanwhile. */
export function MeetingStage({ calls, meeting, thread }: Props) {
  const box = useRef<HTMLElement>(null);
  const full = useFull(box);
  const held = calls.held.value;
  const title = calls.titleOf(held);
  const { view } = meeting;
  const panel = view.panel.value;
  const way = meeting.room.value ?? calls.engine.way.value;
  const quiet = useQuiet(box, held.phase === "connected" && panel === null);
  useEffect(() => coverPage(box.current), []);
  return (
    <section
      ref={box}
      class={stage.stage}
      aria-label={held.group ? `Meeting ${title}` : `Call with ${title}`}
      data-quiet={quiet.value}
      data-panel={panel !== null}
      tabIndex={-1}
    >
      <header class={stage.info}>
        <span class={stage.back}>
          <Button
            kind="subtle"
            icon={icons.arrowLeft}
            label="Back to the conversation"
            onClick={() => calls.toChat()}
          />
        </span>
        <span class={stage.name}>{title}</span>
        {held.call?.answered_at && held.phase === "connected" ? (
          <Elapsed class={stage.time} since={held.call.answered_at} />
        ) : (
          <span class={stage.time} role="status">
            {phaseText(held.phase)}
          </span>
        )}
        {!phone.value && (
          <QualityButton
            way={way}
            open={panel === "connection"}
            onToggle={() => view.toggle("connection")}
          />
        )}
        {phone.value && <PanelControls calls={calls} meeting={meeting} />}
      </header>
      <MeetingControls calls={calls} meeting={meeting} onFull={full.toggle} />
      <div class={stage.tiles}>
        <StageArea calls={calls} meeting={meeting} />
        {view.apart.value && <OwnTile calls={calls} />}
        <MeetingNotices calls={calls} meeting={meeting} />
      </div>
      {panel === "connection" && <ConnectionPanel way={way} onClose={() => view.closePanel()} />}
      {panel === "people" && <PeoplePanel calls={calls} meeting={meeting} />}
      {panel === "chat" && (
        <SidePanel title="Chat" onClose={() => view.closePanel()}>
          <div class={styles.thread}>{thread(held.channel)}</div>
        </SidePanel>
      )}
    </section>
  );
}
