import { useEffect, useMemo, useState } from "preact/hooks";
import type { AdminPeopleParams, AdminPerson, Api, Me } from "../../api/gen";
import { Button } from "../../ui/button/Button";
import { Field } from "../../ui/field/Field";
import * as icons from "../../ui/icons/paths";
import rows from "../../ui/rows/Rows.module.css";
import { Select } from "../../ui/select/Select";
import styles from "./Admin.module.css";
import { NewBotDialog } from "./NewBotDialog";
import { PagedList } from "./PagedList";
import { type PersonActing, PersonActs } from "./PersonActs";
import { PersonRow } from "./PersonRow";
import { Paged } from "./paged";

interface Props {
  readonly api: Api;
  readonly me: Me;
  readonly onDone: (text: string) => void;
}

type Filter = NonNullable<AdminPeopleParams["filter"]>;

const FILTERS = [
  { value: "all", label: "Everybody" },
  { value: "active", label: "Active" },
  { value: "deactivated", label: "Deactivated" },
  { value: "admins", label: "Administrators" },
  { value: "guests", label: "Guests" },
  { value: "bots", label: "Bots" },
];
const LIMIT = 50;
const TYPING_MS = 250;

/** Everybody, and what can be done with them. */
export function PeoplePage({ api, me, onDone }: Props) {
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [acting, setActing] = useState<PersonActing | null>(null);
  const [bot, setBot] = useState(false);
  const list = useMemo(
    () =>
      new Paged<AdminPerson>(async (shown) => {
        const asked = query.trim() === "" ? {} : { query: query.trim() };
        const { people, more } = await api.adminPeople({
          ...asked,
          filter,
          offset: shown.length,
          limit: LIMIT,
        });
        return { rows: people, more };
      }),
    [api, query, filter],
  );
  useEffect(() => {
    const timer = setTimeout(() => void list.load(), query === "" ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [list]);

  return (
    <section class={styles.section} aria-labelledby="people">
      <div class={rows.head}>
        <h2 id="people">People</h2>
        <div class={rows.buttons}>
          <Button onClick={() => setBot(true)}>New bot</Button>
          <Button kind="primary" icon={icons.personAdd} href="/admin/invites">
            Invite people
          </Button>
        </div>
      </div>
      <div class={styles.tools}>
        <Field label="Find by name or address" type="search" value={query} onInput={setQuery} />
        <Select
          label="Show"
          value={filter}
          options={FILTERS}
          onChange={(value) => setFilter(value as Filter)}
        />
      </div>
      <PagedList label="People" list={list} empty="Nobody is found.">
        {(row) => (
          <PersonRow
            key={row.person.id}
            row={row}
            me={me}
            onAct={(act) => setActing({ row, act })}
          />
        )}
      </PagedList>
      {acting && (
        <PersonActs
          api={api}
          acting={acting}
          onClose={() => setActing(null)}
          onChanged={(now, text) => {
            list.replace(acting.row, now);
            onDone(text);
          }}
        />
      )}
      {bot && (
        <NewBotDialog
          onCreate={async (body) => {
            const { secret } = await api.adminBotCreate(body);
            await list.load();
            return secret;
          }}
          onClose={() => setBot(false)}
        />
      )}
    </section>
  );
}
