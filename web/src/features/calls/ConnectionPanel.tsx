import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/button/Button";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import { ConnectionFigures } from "./ConnectionFigures";
import styles from "./ConnectionPanel.module.css";
import { pathWords } from "./connectionTexts";
import { qualityOf } from "./engine/report";
import type { Privacy, Way } from "./engine/way";
import { Quality } from "./Quality";
import { useConnection } from "./useConnection";

interface Props {
  readonly way: Way | null;
  readonly onClose: () => void;
}

const EVERY_MS = 1_000;

/** How the call reaches the other side, and how well: beside the stage, or over its foot on a phone. */
export function ConnectionPanel({ way, onClose }: Props) {
  const box = useRef<HTMLElement>(null);
  const id = useId();
  const now = useConnection(way, EVERY_MS).value;
  const { title, say } = pathWords(way?.since.value == null ? null : now.path);
  useLayoutEffect(() => {
    const opener = document.activeElement;
    box.current?.querySelector("button")?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== "Escape") return;
    e.stopPropagation();
    onClose();
  };
  return (
    <aside ref={box} class={styles.panel} aria-labelledby={id} onKeyDown={onKeyDown}>
      <header class={styles.head}>
        <h2 id={id} class={styles.title}>
          Connection
        </h2>
        <Button kind="subtle" icon={icons.dismiss} label="Close connection" onClick={onClose} />
      </header>
      <section
        class={styles.body}
        aria-label="Figures of the connection"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
      >
        <div class={styles.path}>
          <Quality quality={qualityOf(now)} />
          <p class={styles.name}>{title}</p>
        </div>
        <p>{say}</p>
        {way && <PrivacyNote privacy={way.privacy.value} />}
        <ConnectionFigures since={way?.since.value ?? null} now={now} />
      </section>
    </aside>
  );
}

function PrivacyNote({ privacy }: { readonly privacy: Privacy }) {
  if (privacy === "open") return null;
  return (
    <p class={styles.note}>
      <Icon path={privacy === "hidden" ? icons.lockClosed : icons.info} size={16} />
      <span>
        {privacy === "hidden"
          ? "A guest is in the call: only relays are used, so that addresses stay hidden."
          : "A guest is in the call, and the server offers no relay: the two of you are shown each other's network addresses."}
      </span>
    </p>
  );
}
