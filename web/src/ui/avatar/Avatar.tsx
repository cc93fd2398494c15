import { useState } from "preact/hooks";
import { cx } from "../../lib/class";
import { hash, initials } from "../../lib/text";
import styles from "./Avatar.module.css";
import { PresenceBadge } from "./PresenceBadge";
import { type PresenceState, presenceText } from "./presence";

const COLOURS = 24;

interface Props {
  /** Chooses the colour, so that it stays when the name changes. */
  readonly id: string;
  readonly name: string;
  /** Address of a picture; without one, or when it does not come, the letters are seen. */
  readonly picture?: string | null | undefined;
  readonly size?: 16 | 20 | 24 | 28 | 32 | 40 | 56 | 72 | 96 | 128;
  readonly presence?: PresenceState | undefined;
  /** Teams and channels are square, people and chats round. */
  readonly square?: boolean;
  /** False where no name stands beside it: then it says the name (and the presence) itself. */
  readonly decorative?: boolean;
}

function badgeSize(avatar: number): 10 | 12 | 16 | 20 {
  if (avatar < 32) return 10;
  if (avatar < 56) return 12;
  return avatar < 96 ? 16 : 20;
}

export function Avatar(props: Props) {
  const { id, name, picture, size = 32, presence, square, decorative = true } = props;
  const colour = (hash(id) % COLOURS) + 1;
  const text = presence && presence !== "unknown" ? `${name}, ${presenceText(presence)}` : name;
  const named = decorative
    ? ({ "aria-hidden": true } as const)
    : ({ role: "img", "aria-label": text } as const);
  const letters = initials(name);
  return (
    <span
      class={cx(styles.avatar, square && styles.square)}
      data-size={size}
      data-letters={size < 24 ? letters.slice(0, 1) : letters}
      style={{
        "--fill": `var(--avatar-${colour})`,
        "--ink": `var(--avatar-${colour}-text)`,
      }}
      {...named}
    >
      {picture && <Picture key={picture} from={picture} />}
      {presence && size >= 20 && (
        <span class={styles.presence}>
          <PresenceBadge state={presence} size={badgeSize(size)} decorative />
        </span>
      )}
    </span>
  );
}

/** Over the letters, which are there until it has come. */
function Picture({ from }: { readonly from: string }) {
  const [broken, setBroken] = useState(false);
  if (broken) return null;
  return (
    <img
      class={styles.picture}
      src={from}
      alt=""
      loading="lazy"
      draggable={false}
      onError={() => setBroken(true)}
    />
  );
}
