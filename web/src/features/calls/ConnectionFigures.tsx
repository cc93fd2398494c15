import { clockText } from "../../lib/time";
import styles from "./ConnectionPanel.module.css";
import {
  lossText,
  msText,
  pictureText,
  rateText,
  sideText,
  soundText,
  UNKNOWN_TEXT,
} from "./connectionTexts";
import type { Connection, Flow } from "./engine/report";

interface Props {
  readonly since: number | null;
  readonly now: Connection;
}

export function ConnectionFigures({ since, now }: Props) {
  return (
    <>
      <dl class={styles.list}>
        <Figure name="Since" value={since === null ? UNKNOWN_TEXT : clockText(since)} />
        <Figure name="This side" value={sideText(now.local)} />
        <Figure name="Other side" value={sideText(now.remote)} />
        <Figure name="Round trip" value={msText(now.roundTripMs)} />
        <Figure name="Jitter" value={msText(now.jitterMs)} />
      </dl>
      <FlowList title="Sent" flow={now.up} />
      <FlowList title="Received" flow={now.down} />
    </>
  );
}

function FlowList({ title, flow }: { readonly title: string; readonly flow: Flow }) {
  return (
    <>
      <h3 class={styles.part}>{title}</h3>
      <dl class={styles.list}>
        <Figure name="Bitrate" value={rateText(flow.rate)} />
        <Figure name="Loss" value={lossText(flow.loss)} />
        <Figure name="Sound" value={soundText(flow)} />
        <Figure name="Picture" value={pictureText(flow)} />
      </dl>
    </>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class={styles.figure} data-unknown={value === UNKNOWN_TEXT}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
