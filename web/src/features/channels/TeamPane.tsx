import { Avatar } from "../../ui/avatar/Avatar";
import { List } from "../../ui/list/List";
import { Skeleton } from "../../ui/skeleton/Skeleton";
import type { ChatStore } from "../chat";
import type { PeopleStore } from "../people";
import { ChatRow } from "./ChatRow";
import styles from "./Pane.module.css";
import { teamRows } from "./rows";

interface Props {
  readonly chat: ChatStore;
  readonly people: PeopleStore;
  readonly current: string | undefined;
}

/** The teams with their channels. */
export function TeamPane({ chat, people, current }: Props) {
  return (
    <div class={styles.pane}>
      <header class={styles.head}>
        <h1 class={styles.title}>Teams</h1>
      </header>
      <div class={styles.scroll}>
        {!chat.ready.value && <Skeleton rows={4} />}
        {chat.teams.value.map((team) => (
          <section key={team.id} aria-label={team.name}>
            <h2 class={styles.team}>
              <Avatar id={team.id} name={team.name} size={28} square />
              {team.name}
            </h2>
            <List label={`Channels of ${team.name}`} class={styles.inset ?? ""}>
              {teamRows(chat.channels.value, team.id).map((c) => (
                <ChatRow
                  key={c.id}
                  channel={c}
                  chat={chat}
                  people={people}
                  href={`/teams/${c.id}`}
                  current={c.id === current}
                />
              ))}
            </List>
          </section>
        ))}
      </div>
    </div>
  );
}
