import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { mediaSignal } from "../lib/media";
import { Button } from "../ui/button/Button";
import * as icons from "../ui/icons/paths";
import { ToastHost } from "../ui/toast/ToastHost";
import type { Toasts } from "../ui/toast/toasts";
import { Lazy } from "./Lazy";
import { listWidth, PaneHandle } from "./PaneHandle";
import { Rail, type RailItem } from "./Rail";
import { nextRegion } from "./regions";
import styles from "./Shell.module.css";

export type { RailItem } from "./Rail";

/* As Shell.module.css has it: below this, list or main, not both. */
const onePane = mediaSignal("(width < 53.75rem)");

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
  return (
    <div
      class={styles.shell}
      data-pane={pane}
      data-list={Boolean(props.list)}
      style={{ "--list": `${listWidth.value / 16}rem` }}
    >
      <button type="button" class={styles.skip} onClick={skipToMain}>
        Skip to content
      </button>
      <TitleBar {...props} />
      <Rail items={props.rail} end={props.railEnd ?? []} />
      <div class={styles.banner}>{props.banner}</div>
      {props.list && (
        <section
          class={styles.list}
          role={onePane.value && pane === "list" ? "main" : "region"}
          aria-label={props.listLabel ?? props.title}
          data-region
          tabIndex={-1}
        >
          {props.list}
        </section>
      )}
      <main id="main" class={styles.main} aria-label={props.mainLabel} data-region tabIndex={-1}>
        {props.main}
        {props.list && <PaneHandle />}
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

function TitleBar({ title, search, actions, me }: Props) {
  return (
    <header class={styles.bar} data-region tabIndex={-1}>
      <div class={styles.history}>
        <Button
          kind="subtle"
          icon={icons.chevronLeft}
          label="Back"
          onClick={() => history.back()}
        />
        <Button
          kind="subtle"
          icon={icons.chevronRight}
          label="Forward"
          onClick={() => history.forward()}
        />
      </div>
      <p class={styles.title}>{title}</p>
      <div class={styles.search}>{search}</div>
      <div class={styles.actions}>{actions}</div>
      <div class={styles.me}>{me}</div>
    </header>
  );
}
