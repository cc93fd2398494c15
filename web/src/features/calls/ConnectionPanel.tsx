import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import { ConnectionFigures } from "./ConnectionFigures";
import styles from "./ConnectionPanel.module.css";
import { pathWords } from "./connectionTexts";
import { qualityOf } from "./engine/report";
import type { Looked } from "./engine/way";
import { Quality } from "./Quality";
import { SidePanel } from "./SidePanel";
import { useConnection } from "./useConnection";

interface Props {
  readonly way: Looked | null;
  readonly onClose: () => void;
}

const EVERY_MS = 1_000;

/** How the call reaches the other side, and how well: beside the stage, or over its foot on a phone. */
export function ConnectionPanel({ way, onClose }: Props) {
  const now = useConnection(way, EVERY_MS).value;
  const room = way?.privacy.value === "room";
  const { title, say } = pathWords(now.path, { room, failed: Boolean(way?.trouble?.value) });
  return (
    <SidePanel title="Connection" onClose={onClose}>
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
    </SidePanel>
  );
}

function PrivacyNote({ privacy }: { readonly privacy: Looked["privacy"]["value"] }) {
  if (privacy === "open" || privacy === "room") return null;
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
