import { Banner } from "../../../ui/banner/Banner";
import { CannotConnect } from "../CannotConnect";
import stage from "../Stage.module.css";
import type { CallsStore } from "../store";
import styles from "./MeetingStage.module.css";
import type { Meeting } from "./meeting";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
}

/** What the person has to know of the meeting now, above its tiles. */
export function MeetingNotices({ calls, meeting }: Props) {
  const { engine } = calls;
  const { media } = engine;
  const held = calls.held.value;
  const room = meeting.room.value;
  const way = room ? null : engine.way.value;
  const trouble = held.phase !== "connected" ? way?.trouble.value : null;
  const alone = meeting.others.value.length === 0 && held.leg !== null && held.group;
  return (
    <>
      {way && trouble && <CannotConnect way={way} trouble={trouble} />}
      <div class={stage.notice}>
        {calls.cut.value && (
          <Banner kind="warning">
            The server cannot be reached. The call goes on as long as its media do.
          </Banner>
        )}
        {room?.late.value && held.phase !== "connected" && (
          <Banner kind="error" action={{ label: "Try again", run: () => room.again() }}>
            Sound and picture do not reach the server: your network may hold them back. It is tried
            again and again. The administrator should look whether the media port is open.
          </Banner>
        )}
        {held.phase === "reconnecting" && !room?.late.value && (
          <Banner kind="warning">The connection broke. It is being made again…</Banner>
        )}
        {meeting.share.screen.value && (
          <Banner kind="info" action={{ label: "Stop sharing", run: () => meeting.share.stop() }}>
            You are sharing your screen.
          </Banner>
        )}
        {media.notice.value !== null && (
          <Banner kind="warning" onDismiss={() => media.dismissNotice()}>
            {media.notice.value}
          </Banner>
        )}
      </div>
      {alone && (
        <p class={styles.alone} role="status">
          {held.call?.legs.some((l) => l.state === "ringing")
            ? "The others are being called…"
            : "You are alone here. Others can join from the chat."}
        </p>
      )}
    </>
  );
}
