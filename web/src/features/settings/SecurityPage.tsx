import { useEffect, useMemo } from "preact/hooks";
import type { Api } from "../../api/gen";
import { Scope } from "../../lib/scope";
import { Failed } from "../../ui/banner/Failed";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import { ProblemBanner, type SessionStore } from "../session";
import { Accounts } from "./Accounts";
import { Authenticator } from "./Authenticator";
import { PasswordSection } from "./PasswordSection";
import { Sessions } from "./Sessions";
import { SecurityStore } from "./security";

interface Props {
  readonly api: Api;
  readonly session: SessionStore;
  readonly guest: boolean;
  readonly onDone: (text: string) => void;
}

/** How one signs in, and where one is signed in. */
export function SecurityPage({ api, session, guest, onDone }: Props) {
  const store = useMemo(() => new SecurityStore(api), [api]);
  useEffect(() => {
    const load = () => {
      if (document.visibilityState === "visible") void store.load();
    };
    load();
    void session.loadWays();
    /* What was done on another device is seen when one comes back to look. */
    const scope = new Scope();
    scope.listen("focus", load);
    scope.listen("online", load);
    return () => scope.end();
  }, [store, session]);

  const security = store.security.value;
  const ways = session.ways.value;
  const error = store.error.value;
  return (
    <>
      <ProblemBanner session={session} />
      {error !== null && <Failed error={error} onRetry={() => void store.load()} />}
      {error === null && (security === null || ways === null) && <Skeleton rows={6} />}
      {security && ways && !guest && (
        <>
          <PasswordSection
            store={store}
            security={security}
            allowed={ways.local_accounts}
            onDone={onDone}
          />
          {security.password && <Authenticator store={store} security={security} onDone={onDone} />}
          <Accounts
            store={store}
            security={security}
            session={session}
            ways={ways}
            onDone={onDone}
          />
        </>
      )}
      {store.sessions.value && ways && <Sessions store={store} ways={ways} onDone={onDone} />}
    </>
  );
}
