import { useState } from "preact/hooks";
import type { SessionInfo, SignIn } from "../../api/gen";
import { deviceOf } from "../../lib/device";
import { agoText, fullTime } from "../../lib/time";
import { Button } from "../../ui/button/Button";
import { Asking } from "../../ui/dialog/Asking";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/later";
import rows from "../../ui/rows/Rows.module.css";
import styles from "./SettingsView.module.css";
import type { SecurityStore } from "./security";

interface Props {
  readonly store: SecurityStore;
  readonly ways: SignIn;
  readonly onDone: (text: string) => void;
}

/** Where one is signed in; what is not known any more is ended here. */
export function Sessions({ store, ways, onDone }: Props) {
  const [ending, setEnding] = useState<SessionInfo | "others" | null>(null);
  const all = store.sessions.value ?? [];
  const others = all.filter((s) => !s.current);
  const close = () => setEnding(null);
  return (
    <section class={styles.section} aria-labelledby="sessions">
      <div class={rows.head}>
        <h2 id="sessions">Where you are signed in</h2>
        {others.length > 0 && <Button onClick={() => setEnding("others")}>End all others</Button>}
      </div>
      <ul class={rows.rows} aria-label="Where you are signed in">
        {[...all.filter((s) => s.current), ...others].map((s) => (
          <Row key={s.id} session={s} ways={ways} onEnd={() => setEnding(s)} />
        ))}
      </ul>
      {others.length === 0 && <p class={rows.plain}>You are signed in nowhere else.</p>}
      {ending === "others" && (
        <Asking
          title="End all other devices?"
          submit="End all others"
          danger
          onClose={close}
          onSubmit={async () => {
            await store.endOthers();
            onDone("You are signed in only here now.");
          }}
        >
          <p>They are signed out at once, and calls on them end. You stay signed in here.</p>
        </Asking>
      )}
      {ending !== null && ending !== "others" && (
        <Asking
          title={`End ${deviceOf(ending.user_agent).text}?`}
          submit="End"
          danger
          onClose={close}
          onSubmit={async () => {
            await store.end(ending.id);
            onDone("The device is signed out.");
          }}
        >
          <p>
            It is signed out at once, and a call on it ends. If you do not know it, change your
            password, too.
          </p>
        </Asking>
      )}
    </section>
  );
}

function methodText(method: string, ways: SignIn): string {
  if (method === "password") return "by password";
  if (method === "guest") return "as a guest";
  const name = ways.providers.find((p) => p.id === method)?.name;
  return name ? `by ${name}` : "by a provider";
}

interface RowProps {
  readonly session: SessionInfo;
  readonly ways: SignIn;
  readonly onEnd: () => void;
}

function Row({ session, ways, onEnd }: RowProps) {
  const device = deviceOf(session.user_agent);
  const used = session.current ? "in use" : `used ${agoText(session.last_seen_at, Date.now())}`;
  return (
    <li class={rows.row}>
      <Icon path={device.phone ? icons.phone : icons.desktop} />
      <div class={rows.text}>
        <p>
          <span class={rows.name} title={session.user_agent}>
            {device.text}
          </span>
          {session.current && <span class={rows.mark}>This device</span>}
        </p>
        <p class={rows.quiet}>
          {session.ip || "Address unknown"} · signed in {methodText(session.method, ways)} ·{" "}
          <span title={fullTime(session.last_seen_at)}>{used}</span>
        </p>
      </div>
      {!session.current && (
        <Button size="small" label={`End ${device.text}, ${session.ip}`} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}
