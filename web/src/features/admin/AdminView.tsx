import type { Api, Me } from "../../api/gen";
import { Pages } from "../../ui/pages/Pages";
import { AuditPage } from "./AuditPage";
import { InvitesPage } from "./InvitesPage";
import { PeoplePage } from "./PeoplePage";
import { ProvidersPage } from "./ProvidersPage";
import { SessionsPage } from "./SessionsPage";
import { StoragePage } from "./StoragePage";

interface Props {
  readonly part: string | undefined;
  readonly api: Api;
  readonly me: Me;
  /** Says in passing that something is done. */
  readonly onDone: (text: string) => void;
}

const PARTS = [
  { id: "people", label: "People", Page: PeoplePage },
  { id: "invites", label: "Invitations", Page: InvitesPage },
  { id: "sign-in", label: "Sign-in methods", Page: ProvidersPage },
  { id: "sessions", label: "Sessions", Page: SessionsPage },
  { id: "audit", label: "Audit log", Page: AuditPage },
  { id: "storage", label: "Storage", Page: StoragePage },
] as const;

/** What administrators look after. */
export function AdminView({ part = "people", ...props }: Props) {
  const Page = PARTS.find((p) => p.id === part)?.Page ?? PeoplePage;
  return (
    <Pages
      title="Administration"
      wide
      parts={PARTS.map(({ id, label }) => ({
        href: `/admin/${id}`,
        label,
        current: id === part,
      }))}
    >
      <Page {...props} />
    </Pages>
  );
}
