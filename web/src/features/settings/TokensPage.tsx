import { useEffect, useState } from "preact/hooks";
import type { Api, ApiToken, Me } from "../../api/gen";
import { agoText, dateText, fullTime } from "../../lib/time";
import { Failed } from "../../ui/banner/Failed";
import { Button } from "../../ui/button/Button";
import { Asking } from "../../ui/dialog/Asking";
import * as icons from "../../ui/icons/paths";
import rows from "../../ui/rows/Rows.module.css";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import { NewTokenDialog } from "./NewTokenDialog";
import styles from "./SettingsView.module.css";
import { scopesText } from "./scopes";

interface Props {
  readonly api: Pick<Api, "tokenList" | "tokenCreate" | "tokenEnd">;
  readonly me: Me;
  readonly onDone: (text: string) => void;
}

/** Keys by which programs speak in one's name. */
export function TokensPage({ api, me, onDone }: Props) {
  const [tokens, setTokens] = useState<readonly ApiToken[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<ApiToken | null>(null);
  const load = async () => {
    setError(null);
    await api.tokenList().then((reply) => setTokens(reply.tokens), setError);
  };
  useEffect(() => void load(), []);

  return (
    <section class={styles.section} aria-labelledby="tokens">
      <div class={rows.head}>
        <h2 id="tokens">API tokens</h2>
        {tokens !== null && (
          <Button kind="primary" icon={icons.add} onClick={() => setMaking(true)}>
            New token
          </Button>
        )}
      </div>
      <p class={rows.plain}>
        With a token, a program does in your name what the token allows. What programs can do is
        told at <a href="/api/docs">/api/docs</a>.
      </p>
      {error !== null && <Failed error={error} onRetry={() => void load()} />}
      {tokens === null && error === null && <Skeleton rows={3} />}
      {tokens?.length === 0 && <p class={rows.plain}>You have none.</p>}
      {tokens !== null && tokens.length > 0 && (
        <ul class={rows.rows} aria-label="API tokens">
          {tokens.map((t) => (
            <Row key={t.id} token={t} onEnd={() => setEnding(t)} />
          ))}
        </ul>
      )}
      {making && (
        <NewTokenDialog
          me={me}
          onCreate={async (body) => {
            const { secret } = await api.tokenCreate(body);
            await load();
            return secret;
          }}
          onClose={() => setMaking(false)}
        />
      )}
      {ending && (
        <Asking
          title={`End “${ending.name}”?`}
          submit="End"
          danger
          onClose={() => setEnding(null)}
          onSubmit={async () => {
            await api.tokenEnd({ token: ending.id });
            await load();
            onDone("The token opens nothing any more.");
          }}
        >
          <p>Programs that use it are refused at once. It cannot be brought back.</p>
        </Asking>
      )}
    </section>
  );
}

function Row({ token, onEnd }: { readonly token: ApiToken; readonly onEnd: () => void }) {
  const now = Date.now();
  const until = token.expires_at === null ? "no end" : `until ${dateText(token.expires_at)}`;
  const over = token.expires_at !== null && token.expires_at <= now;
  const used =
    token.last_used_at === null ? "never used" : `used ${agoText(token.last_used_at, now)}`;
  return (
    <li class={rows.row}>
      <div class={rows.text}>
        <p>
          <span class={rows.name}>{token.name}</span>
          {over && <span class={rows.mark}>Expired</span>}
        </p>
        <p class={rows.quiet}>
          {scopesText(token.scopes)} ·{" "}
          <span title={token.expires_at === null ? undefined : fullTime(token.expires_at)}>
            {until}
          </span>{" "}
          · {used}
        </p>
      </div>
      <Button size="small" label={`End ${token.name}`} onClick={onEnd}>
        End
      </Button>
    </li>
  );
}
