import { useEffect, useRef, useState } from "preact/hooks";
import { errorText } from "../../api/errors";
import type { Person } from "../../api/gen";
import { enterRows } from "../../lib/focus";
import { Avatar } from "../../ui/avatar/Avatar";
import { Field } from "../../ui/field/Field";
import { Icon } from "../../ui/icons/Icon";
import * as icons from "../../ui/icons/paths";
import { List } from "../../ui/list/List";
import { ListRow } from "../../ui/list/ListRow";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import { Face } from "./Face";
import styles from "./PeoplePicker.module.css";
import type { PeopleStore } from "./store";

const SOON_MS = 150;

interface Props {
  readonly people: PeopleStore;
  readonly chosen: readonly Person[];
  readonly onChange: (chosen: readonly Person[]) => void;
  /** Who cannot be chosen: oneself, who is there already. */
  readonly without: readonly string[];
}

/** Finds people by a part of their name or address, and collects those that are chosen. */
export function PeoplePicker({ people, chosen, onChange, without }: Props) {
  const [query, setQuery] = useState("");
  const found = useFound(people, query);
  const taken = new Set([...without, ...chosen.map((p) => p.id)]);

  const box = useRef<HTMLElement>(null);

  const change = (now: readonly Person[]) => {
    onChange(now);
    setQuery("");
    box.current?.querySelector("input")?.focus();
  };
  const onKey = (e: KeyboardEvent) => {
    /* With somebody chosen and nothing typed, Enter is for the form around. */
    if (e.key === "Enter" && query === "" && chosen.length > 0) return;
    if (enterRows(e, found === null ? null : box.current)) return;
    if (e.key === "Enter" && e.target instanceof HTMLInputElement) e.preventDefault();
    if (e.key === "Backspace" && query === "" && e.target instanceof HTMLInputElement)
      change(chosen.slice(0, -1));
  };
  return (
    <search ref={box} class={styles.picker} onKeyDown={onKey}>
      {chosen.length > 0 && (
        <ul class={styles.chips} aria-label="Chosen">
          {chosen.map((p) => (
            <li key={p.id}>
              <button
                type="button"
                class={styles.chip}
                aria-label={`Remove ${p.name}`}
                onClick={() => change(chosen.filter((c) => c !== p))}
              >
                <Avatar id={p.id} name={p.name} picture={p.picture} size={24} />
                {p.name}
                <Icon path={icons.dismiss} size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Field
        label="People"
        placeholder="Name or email"
        type="search"
        value={query}
        onInput={setQuery}
        autofocus
      />
      <div class={styles.found} aria-live="polite">
        <Found
          people={people}
          found={found}
          taken={taken}
          onChoose={(p) => change([...chosen, p])}
        />
      </div>
    </search>
  );
}

type Result = readonly Person[] | string | null;

function useFound(people: PeopleStore, query: string): Result {
  const [found, setFound] = useState<Result>(null);
  useEffect(() => {
    setFound(null);
    let current = true;
    const later = setTimeout(
      () => {
        people.find(query.trim()).then(
          (list) => current && setFound(list),
          (e: unknown) => current && setFound(errorText(e)),
        );
      },
      query === "" ? 0 : SOON_MS,
    );
    return () => {
      current = false;
      clearTimeout(later);
    };
  }, [people, query]);
  return found;
}

interface FoundProps {
  readonly people: PeopleStore;
  readonly found: Result;
  readonly taken: ReadonlySet<string>;
  readonly onChoose: (p: Person) => void;
}

function Found({ people, found, taken, onChoose }: FoundProps) {
  if (found === null) return <Skeleton rows={4} />;
  if (typeof found === "string") return <p class={styles.none}>{found}</p>;
  const rows = found.filter((p) => !taken.has(p.id));
  if (rows.length === 0) return <p class={styles.none}>Nobody else is found.</p>;
  return (
    <List label="People found">
      {rows.map((p) => (
        <ListRow
          key={p.id}
          title={p.name}
          detail={p.email}
          start={<Face people={people} id={p.id} name={p.name} />}
          onClick={() => onChoose(p)}
        />
      ))}
    </List>
  );
}
