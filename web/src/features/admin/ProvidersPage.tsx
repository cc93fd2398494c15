import { useEffect, useState } from "preact/hooks";
import type { Api, Check, ProviderListReply, ProviderSetup } from "../../api/gen";
import { Failed } from "../../ui/banner/Failed";
import { Button } from "../../ui/button/Button";
import { CopyField } from "../../ui/copy/CopyField";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import rows from "../../ui/rows/Rows.module.css";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import styles from "./Admin.module.css";

interface Props {
  readonly api: Pick<Api, "providerList" | "providerTest">;
}

/** How people sign in, as the settings of the server say; each provider can be tried out. */
export function ProvidersPage({ api }: Props) {
  const [setup, setSetup] = useState<ProviderListReply | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    api.providerList().then(setSetup, setError);
  };
  useEffect(load, []);
  return (
    <section class={styles.section} aria-labelledby="sign-in">
      <h2 id="sign-in">Sign-in methods</h2>
      <p class={rows.plain}>
        They are set where the server is started; docs/sign-in.md has the steps for each provider.
      </p>
      {error !== null && <Failed error={error} onRetry={load} />}
      {setup === null && error === null && <Skeleton rows={5} />}
      {setup && (
        <>
          <Local setup={setup} />
          {setup.providers.map((p) => (
            <Provider key={p.id} api={api} provider={p} />
          ))}
          {setup.providers.length === 0 && (
            <p class={rows.plain}>
              No provider is set. GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, or OIDC_ISSUER,
              OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, add one.
            </p>
          )}
        </>
      )}
    </section>
  );
}

function Local({ setup }: { readonly setup: ProviderListReply }) {
  return (
    <div class={styles.card}>
      <h3>Address and password</h3>
      <dl class={styles.facts}>
        <dt>Local accounts</dt>
        <dd>{setup.local_accounts ? "On" : "Off (LOCAL_ACCOUNTS)"}</dd>
        <dt>Forgotten passwords</dt>
        <dd>
          {setup.mail
            ? "A link is sent by mail"
            : "An administrator makes a link; SMTP_URL lets the server send it"}
        </dd>
        <dt>Address of this site</dt>
        <dd>{setup.public_url ?? "Not set: PUBLIC_URL is needed for providers"}</dd>
      </dl>
    </div>
  );
}

function whoText(domains: readonly string[]): string {
  if (domains.includes("*")) return "Everybody whom the provider knows";
  if (domains.length === 0) return "Only who has an invitation";
  return `Who is at ${domains.join(", ")}, and who has an invitation`;
}

function Provider({ api, provider }: Props & { readonly provider: ProviderSetup }) {
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const test = async () => {
    setBusy(true);
    setError(null);
    await api.providerTest({ provider: provider.id }).then((r) => setChecks(r.checks), setError);
    setBusy(false);
  };
  return (
    <div class={styles.card}>
      <div class={rows.head}>
        <h3>{provider.name}</h3>
        <Button busy={busy} label={`Test ${provider.name}`} onClick={() => void test()}>
          Test
        </Button>
      </div>
      <dl class={styles.facts}>
        <dt>Issuer</dt>
        <dd>{provider.issuer}</dd>
        <dt>Client</dt>
        <dd>{provider.client_id}</dd>
        <dt>Who may come in</dt>
        <dd>{whoText(provider.domains)}</dd>
      </dl>
      <CopyField
        label="Callback address, to be entered at the provider"
        value={provider.callback_url}
      />
      <div role="status">
        {error !== null && <Failed error={error} onRetry={() => void test()} />}
        {checks && <Checks checks={checks} />}
      </div>
    </div>
  );
}

const MARKS = {
  ok: { icon: icons.checkmark, style: styles.good, label: "Good" },
  warning: { icon: icons.warning, style: styles.bad, label: "Doubtful" },
  failed: { icon: icons.dismiss, style: styles.bad, label: "Wrong" },
  skipped: { icon: icons.info, style: styles.off, label: "Not tried" },
} as const;

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul class={styles.checks} aria-label="What was found">
      {checks.map((c) => {
        const mark = MARKS[c.result];
        return (
          <li key={c.id}>
            <span class={mark.style}>
              <Icon path={mark.icon} />
              <span class="sr-only">{mark.label}: </span>
            </span>
            <span>{c.text}</span>
          </li>
        );
      })}
    </ul>
  );
}
