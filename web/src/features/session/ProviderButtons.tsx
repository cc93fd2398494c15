import { useEffect, useState } from "preact/hooks";
import type { OidcStartBody, Provider } from "../../api/gen";
import { Banner } from "../../ui/banner/Banner";
import { Button } from "../../ui/button/Button";
import { refusalText } from "../../ui/form/refusals";
import { Spinner } from "../../ui/spinner/Spinner";
import { GoogleLogo } from "./GoogleLogo";
import styles from "./ProviderButtons.module.css";
import type { SessionStore } from "./store";

interface Props {
  readonly session: Pick<SessionStore, "goTo" | "ways">;
  /** "Sign in with", "Continue with" */
  readonly verb: string;
  /** These, not all. */
  readonly only?: readonly Provider[];
  /** What the way is for; null when something is missing first. */
  readonly body: (provider: string) => OidcStartBody | null;
}

/** A way in for each provider; pressing one leads to its own page. */
export function ProviderButtons({ session, verb, only, body }: Props) {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  /* The browser shows the page as it was left when one comes back by its arrow. */
  useEffect(() => {
    const back = () => setBusy(null);
    window.addEventListener("pageshow", back);
    return () => window.removeEventListener("pageshow", back);
  }, []);

  const go = async (provider: string) => {
    const wanted = body(provider);
    if (wanted === null) return;
    setError(null);
    setBusy(provider);
    await session.goTo(provider, wanted).catch((e: unknown) => {
      setError(e);
      setBusy(null);
    });
  };
  return (
    <div class={styles.ways}>
      {error !== null && <Banner kind="error">{refusalText(error)}</Banner>}
      {(only ?? session.ways.value?.providers)?.map((p) => (
        <One
          key={p.id}
          provider={p}
          verb={verb}
          busy={busy === p.id}
          disabled={busy !== null}
          onPress={() => void go(p.id)}
        />
      ))}
    </div>
  );
}

interface OneProps {
  readonly provider: Provider;
  readonly verb: string;
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onPress: () => void;
}

function One({ provider, verb, busy, disabled, onPress }: OneProps) {
  const label = `${verb} ${provider.name}`;
  if (provider.kind === "google")
    return (
      <button
        type="button"
        class={styles.google}
        disabled={disabled}
        aria-busy={busy}
        onClick={onPress}
      >
        {busy ? <Spinner size="small" delay={0} /> : <GoogleLogo />}
        {label}
      </button>
    );
  return (
    <Button size="large" full busy={busy} disabled={disabled} onClick={onPress}>
      {label}
    </Button>
  );
}

/** Between two ways to do the same. */
export function Or({ children = "or" }: { readonly children?: string }) {
  return <p class={styles.or}>{children}</p>;
}
