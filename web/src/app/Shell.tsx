import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { mediaSignal } from "../lib/media";
import { ToastHost } from "../ui/toast/ToastHost";
import type { Toasts } from "../ui/toast/toasts";
import { Lazy } from "./Lazy";
import { listWidth, PaneHandle } from "./PaneHandle";
import { Rail, type RailItem } from "./Rail";
import { nextRegion } from "./regions";
import styles from "./Shell.module.css";
import { TitleBar } from "./TitleBar";
import { useOverlay } from "./useOverlay";

export type { RailItem } from "./Rail";

/* As Shell.module.css has it: list or main, not both; and list above main. */
const onePane = mediaSignal("(width < 40rem)");
const overlaid = mediaSignal("(40rem <= width < 53.75rem)");

const loadTips = () => import("../ui/tooltip/TooltipHost").then((m) => m.TooltipHost);

interface Props {
  /** What a phone shows as the page's title while the list is open. */
  readonly title: string;
  readonly rail: readonly RailItem[];
  readonly railEnd?: readonly RailItem[];
  readonly search?: ComponentChildren;
  /** Buttons at the right of the title bar. */
  readonly actions?: ComponentChildren;
  /** The avatar with its menu. */
  readonly me?: ComponentChildren;
  /** Notices under the title bar. */
  readonly banner?: ComponentChildren;
  readonly list?: ComponentChildren;
  readonly listLabel?: string;
  readonly main: ComponentChildren;
  readonly mainLabel?: string;
  /** Which one is shown where there is room for one. */
  readonly pane: "list" | "main";
  /** The address: going elsewhere closes the list where it lies over main. */
  readonly at?: string;
  /** What floats above all: a ring, the small call. */
  readonly overlay?: ComponentChildren;
  readonly toasts?: Toasts;
}

/** The frame: title bar, rail, list, main.  It knows no feature. */
export function Shell(props: Props) {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== "F6" || !e.ctrlKey) return;
      e.preventDefault();
      nextRegion(e.shiftKey ? -1 : 1);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const pane = props.list ? props.pane : "main";
  const { list, over, toggle, close } = useOverlay(`${pane} ${props.at}`);
  return (
    <div
      class={styles.shell}
      data-pane={pane}
      data-list={Boolean(props.list)}
      data-over={over}
      style={{ "--list": `${listWidth.value / 16}rem` }}
    >
      <button type="button" class={styles.skip} onClick={skipToMain}>
        Skip to content
      </button>
      <TitleBar
        title={props.title}
        search={props.search}
        actions={props.actions}
        me={props.me}
        onList={overlaid.value && props.list && pane === "main" ? toggle : undefined}
        over={over}
      />
      <Rail items={props.rail} end={props.railEnd ?? []} />
      <div class={styles.banner}>{props.banner}</div>
      {props.list && (
        <section
          ref={list}
          class={styles.list}
          onKeyDown={(e) => {
            if (over && e.key === "Escape") close();
          }}
          role={onePane.value && pane === "list" ? "main" : "region"}
          aria-label={props.listLabel ?? props.title}
          data-region
          tabIndex={-1}
        >
          {props.list}
        </section>
      )}
      {over && (
        <button
          type="button"
          class={styles.scrim}
          tabIndex={-1}
          aria-label="Close the list"
          onClick={close}
        />
      )}
      <main id="main" class={styles.main} aria-label={props.mainLabel} data-region tabIndex={-1}>
        {props.list && <PaneHandle />}
        {props.main}
      </main>
      {props.overlay}
      {props.toasts && <ToastHost toasts={props.toasts} />}
      <Lazy load={loadTips} props={{}} quiet />
    </div>
  );
}

function skipToMain(): void {
  document.getElementById("main")?.focus();
}
