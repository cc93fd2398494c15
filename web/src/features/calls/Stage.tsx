import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import * as icons from "../../ui/icons/paths";
import { ConnectionPanel } from "./ConnectionPanel";
import { Controls } from "./Controls";
import { coverPage } from "./coverPage";
import { Dropped } from "./Dropped";
import { Elapsed } from "./Elapsed";
import { OwnTile } from "./OwnTile";
import { PeerTile } from "./PeerTile";
import { QualityButton } from "./QualityButton";
import styles from "./Stage.module.css";
import type { CallsStore } from "./store";
import { phaseText } from "./texts";
import { useQuiet } from "./useQuiet";

interface Props {
  readonly calls: CallsStore;
}

/** The call, over the whole page; what lies beneath cannot be reached meanwhile. */
export function Stage({ calls }: Props) {
  const box = useRef<HTMLElement>(null);
  const full = useSignal(false);
  const panel = useSignal(false);
  const held = calls.held.value;
  const name = calls.name(held.peer);
  const quiet = useQuiet(box, held.phase === "connected" && !panel.value);
  useEffect(() => coverPage(box.current), []);
  useEffect(() => {
    const changed = () => {
      full.value = document.fullscreenElement !== null;
    };
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);

  const toggleFull = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else box.current?.requestFullscreen?.().catch(() => undefined);
  };

  return (
    <section
      ref={box}
      class={styles.stage}
      aria-label={`Call with ${name}`}
      data-quiet={quiet.value}
      data-panel={panel.value}
      tabIndex={-1}
    >
      <header class={styles.info}>
        <span class={styles.back}>
          <Button
            kind="subtle"
            icon={icons.arrowLeft}
            label="Back to the conversation"
            onClick={() => calls.toChat()}
          />
        </span>
        <span class={styles.name}>{name}</span>
        {held.call?.answered_at && held.phase !== "dropped" && held.phase !== "connecting" ? (
          <Elapsed class={styles.time} since={held.call.answered_at} />
        ) : (
          <span class={styles.time}>{phaseText(held.phase)}</span>
        )}
        <QualityButton
          way={calls.engine.way.value}
          open={panel.value}
          onToggle={() => {
            panel.value = !panel.value;
          }}
        />
      </header>
      <Controls
        calls={calls}
        onConnection={() => {
          panel.value = true;
        }}
      />
      <div class={styles.tiles}>
        {held.phase === "dropped" ? (
          <Dropped calls={calls} name={name} />
        ) : (
          <PeerTile calls={calls} full={full.value} onFull={toggleFull} />
        )}
        {held.phase !== "dropped" && <OwnTile calls={calls} />}
        <Notice calls={calls} />
      </div>
      {panel.value && (
        <ConnectionPanel
          way={calls.engine.way.value}
          onClose={() => {
            panel.value = false;
          }}
        />
      )}
    </section>
  );
}

function Notice({ calls }: Props) {
  const { media } = calls.engine;
  return (
    <div class={styles.notice}>
      {calls.cut.value && (
        <Banner kind="warning">
          The server cannot be reached. The call goes on as long as you reach each other.
        </Banner>
      )}
      {media.notice.value !== null && (
        <Banner kind="warning" onDismiss={() => media.dismissNotice()}>
          {media.notice.value}
        </Banner>
      )}
    </div>
  );
}
