import type { Api, Me } from "../../api/gen";
import { Pages } from "../../ui/pages/Pages";
import type { SessionStore } from "../session";
import { GeneralPage, type GeneralProps } from "./GeneralPage";
import { SecurityPage } from "./SecurityPage";
import { TokensPage } from "./TokensPage";

interface Props extends GeneralProps {
  /** Which of its pages: as in /settings/security. */
  readonly part: string | undefined;
  readonly me: Me;
  readonly api: Api;
  readonly session: SessionStore;
  /** Says in passing that something is done. */
  readonly onDone: (text: string) => void;
}

/** What one sets for oneself: pages beside each other. */
export function SettingsView({ part, me, api, session, onDone, ...general }: Props) {
  const parts = [
    { id: undefined, label: "General" },
    { id: "security", label: "Security" },
    /* A program speaks with the rights of a member or more. */
    ...(me.role === "guest" ? [] : [{ id: "tokens", label: "API tokens" }]),
  ];
  return (
    <Pages
      title="Settings"
      parts={parts.map(({ id, label }) => ({
        href: id ? `/settings/${id}` : "/settings",
        label,
        current: id === part,
      }))}
    >
      {part === "security" && (
        <SecurityPage api={api} session={session} guest={me.role === "guest"} onDone={onDone} />
      )}
      {part === "tokens" && <TokensPage api={api} me={me} onDone={onDone} />}
      {part === undefined && <GeneralPage me={me} {...general} />}
    </Pages>
  );
}
