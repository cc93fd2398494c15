import { useState } from "preact/hooks";
import { cx } from "../../lib/class";
import { Button } from "../../ui/button/Button";
import { EmptyState } from "../../ui/empty/EmptyState";
import { Field } from "../../ui/field/Field";
import * as icons from "../../ui/icons/paths";
import { List } from "../../ui/list/List";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import { Pills } from "../../ui/tabs/Pills";
import type { ChatStore } from "../chat";
import type { PeopleStore } from "../people";
import { ChatRow } from "./ChatRow";
import styles from "./Pane.module.css";
import { chatRows } from "./rows";

interface Props {
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly current: string | undefined;
  readonly onNew: () => void;
  readonly guest: boolean;
  /** For whoever may let people in, and has nobody to write to yet. */
  readonly onInvite: (() => void) | undefined;
}

const UNREAD = [{ id: "unread", label: "Unread" }];

/** The list of chats, with its filters. */
export function ChatPane({ chat, people, current, onNew, guest, onInvite }: Props) {
  const [on, setOn] = useState<readonly string[]>([]);
  const [filtering, setFiltering] = useState(false);
  const [text, setText] = useState("");
  const unread = on.includes("unread");
  const rows = chatRows(chat.channels.value, chat.me.value, { unread, text, all: guest });

  const toggleFilter = () => {
    setFiltering(!filtering);
    setText("");
  };
  return (
    <div class={styles.pane}>
      <header class={styles.head}>
        <h1 class={styles.title}>Chat</h1>
        <Button
          kind="subtle"
          icon={icons.filter}
          label="Filter by name"
          pressed={filtering}
          onClick={toggleFilter}
        />
        {!guest && (
          <Button
            kind="subtle"
            icon={icons.compose}
            label="New chat"
            shortcut="Alt+N"
            class={cx(styles.new)}
            onClick={onNew}
          />
        )}
      </header>
      <div class={styles.filters}>
        <Pills
          label="Filters"
          options={UNREAD}
          on={on}
          onToggle={() => setOn(unread ? [] : ["unread"])}
        />
      </div>
      {filtering && (
        <div class={styles.filters}>
          <Field
            label="Filter by name"
            hideLabel
            type="search"
            value={text}
            onInput={setText}
            placeholder="Filter by name"
            autofocus
          />
        </div>
      )}
      {guest && (
        <p class={styles.note}>
          You are a guest: you see what you were invited to, for as long as the link works.
        </p>
      )}
      <div class={styles.scroll}>
        {!chat.ready.value ? (
          <Skeleton rows={6} />
        ) : rows.length === 0 ? (
          <Nothing filtered={unread || text !== ""} onNew={onNew} onInvite={onInvite} />
        ) : (
          <List label="Chats">
            {rows.map((c) => (
              <ChatRow
                key={c.id}
                channel={c}
                chat={chat}
                people={people}
                href={`/chat/${c.id}`}
                current={c.id === current}
              />
            ))}
          </List>
        )}
      </div>
    </div>
  );
}

interface NothingProps extends Pick<Props, "onNew" | "onInvite"> {
  readonly filtered: boolean;
}

function Nothing({ filtered, onNew, onInvite }: NothingProps) {
  if (filtered) return <EmptyState title="Nothing fits the filter" icon={icons.filter} />;
  return (
    <EmptyState
      title="No chats yet"
      icon={icons.chat}
      action={
        <>
          <Button kind="primary" onClick={onNew}>
            Start a chat
          </Button>
          {onInvite && <Button onClick={onInvite}>Invite people</Button>}
        </>
      }
    >
      Write to one person, or make a group.
    </EmptyState>
  );
}
