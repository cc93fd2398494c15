import { useState } from "preact/hooks";
import type { Identity, Provider, Security, SignIn } from "../../api/gen";
import { agoText, fullTime } from "../../lib/time";
import { Button } from "../../ui/button/Button";
import { Asking } from "../../ui/dialog/Asking";
import rows from "../../ui/rows/Rows.module.css";
import { ProviderButtons, type SessionStore } from "../session";
import { ConnectDialog } from "./ConnectDialog";
import styles from "./SettingsView.module.css";
import type { SecurityStore } from "./security";

interface Props {
  readonly store: SecurityStore;
  readonly security: Security;
  readonly session: SessionStore;
  readonly ways: SignIn;
  readonly onDone: (text: string) => void;
}

const CONNECT = { connect: true, return_to: "/settings/security" } as const;

/** Accounts elsewhere by which one comes in here. */
export function Accounts({ store, security, session, ways, onDone }: Props) {
  const [leaving, setLeaving] = useState<Identity | null>(null);
  const [connecting, setConnecting] = useState<Provider | null>(null);
  const { identities } = security;
  if (identities.length === 0 && ways.providers.length === 0) return null;
  const known = new Set(identities.map((i) => i.provider));
  const others = ways.providers.filter((p) => !known.has(p.id));
  return (
    <section class={styles.section} aria-labelledby="accounts">
      <h2 id="accounts">Connected accounts</h2>
      {identities.length === 0 && (
        <p class={rows.plain}>Connect an account to sign in here without a password.</p>
      )}
      {identities.length > 0 && (
        <ul class={rows.rows} aria-label="Connected accounts">
          {identities.map((i) => (
            <li key={i.id} class={rows.row}>
              <div class={rows.text}>
                <p class={rows.name}>{i.name}</p>
                <p class={rows.quiet}>
                  {i.email}
                  {i.provider === "" && " · no longer a way in here"} ·{" "}
                  <span title={fullTime(i.last_used_at)}>
                    used {agoText(i.last_used_at, Date.now())}
                  </span>
                </p>
              </div>
              <Button size="small" label={`Remove ${i.name}`} onClick={() => setLeaving(i)}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <div class={styles.ways}>
          <ProviderButtons
            session={session}
            verb="Connect"
            only={others}
            body={(provider) => {
              if (!ways.local_accounts || !security.password) return CONNECT;
              setConnecting(others.find((p) => p.id === provider) ?? null);
              return null;
            }}
          />
        </div>
      )}
      {connecting && (
        <ConnectDialog
          provider={connecting}
          second={security.second_factor}
          onClose={() => setConnecting(null)}
          onSubmit={(proof) => session.goTo(connecting.id, { ...CONNECT, ...proof })}
        />
      )}
      {leaving && (
        <Asking
          title={`Remove ${leaving.name}?`}
          submit="Remove"
          danger
          onClose={() => setLeaving(null)}
          onSubmit={async () => {
            await store.removeIdentity(leaving.id);
            onDone(`${leaving.name} is no longer connected.`);
          }}
        >
          <p>You will not be able to sign in with {leaving.email || "it"} any more.</p>
        </Asking>
      )}
    </section>
  );
}
