import type { ComponentChildren } from "preact";
import type { Leg } from "../../../api/gen";
import { Avatar } from "../../../ui/avatar/Avatar";
import { Button } from "../../../ui/button/Button";
import { Icon } from "../../../ui/icons/Icon";
import * as later from "../../../ui/icons/later";
import { Menu } from "../../../ui/menu/Menu";
import { SidePanel } from "../SidePanel";
import type { CallsStore } from "../store";
import type { Meeting } from "./meeting";
import styles from "./PeoplePanel.module.css";
import { ruleItems } from "./tileItems";

interface Props {
  readonly calls: CallsStore;
  readonly meeting: Meeting;
}

/** Who is in the meeting: raised hands in their order, then everybody. */
export function PeoplePanel({ calls, meeting }: Props) {
  const { view, hands, legs } = meeting;
  const asked = calls.held.value.call?.legs.filter((l) => l.state === "ringing") ?? [];
  return (
    <SidePanel
      title="People"
      onClose={() => view.closePanel()}
      tools={
        calls.rules &&
        meeting.others.value.length > 0 && (
          <Button size="small" onClick={() => meeting.mute(null)}>
            Mute all
          </Button>
        )
      }
    >
      <section
        class={styles.body}
        aria-label="Who is in the meeting"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
      >
        {hands.value.length > 0 && (
          <Group title={`Raised hands (${hands.value.length})`}>
            {hands.value.map((leg, i) => (
              <Row key={leg.id} calls={calls} meeting={meeting} leg={leg} order={i + 1} />
            ))}
          </Group>
        )}
        <Group title={`In this meeting (${legs.value.length})`}>
          {legs.value.map((leg) => (
            <Row key={leg.id} calls={calls} meeting={meeting} leg={leg} />
          ))}
        </Group>
        {asked.length > 0 && (
          <Group title={`Being called (${asked.length})`}>
            {asked.map((leg) => (
              <li key={leg.id} class={styles.row}>
                <Who calls={calls} user={leg.user} />
              </li>
            ))}
          </Group>
        )}
      </section>
    </SidePanel>
  );
}

function Group({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <>
      <h3 class={styles.part}>{title}</h3>
      <ul aria-label={title}>{children}</ul>
    </>
  );
}

function Who({ calls, user }: { readonly calls: CallsStore; readonly user: string }) {
  const name = calls.name(user);
  return (
    <>
      <Avatar id={user} name={name} picture={calls.picture(user)} size={32} />
      <span class={styles.name}>
        {name}
        {user === calls.me.value && " (you)"}
      </span>
    </>
  );
}

interface RowProps extends Props {
  readonly leg: Leg;
  /** Of raised hands. */
  readonly order?: number;
}

function Row({ calls, meeting, leg, order }: RowProps) {
  const mine = leg.user === calls.me.value;
  return (
    <li class={styles.row} data-lost={leg.state === "lost"}>
      {order !== undefined && (
        <span class={styles.order}>
          {order}. <Icon path={later.handRight} size={16} label="Hand raised:" />
        </span>
      )}
      <Who calls={calls} user={leg.user} />
      {leg.screen && <Icon path={later.desktop} size={16} label="Shares a screen" />}
      <Icon
        path={leg.mic ? later.mic : later.micOff}
        size={16}
        label={leg.mic ? "Microphone on" : "Muted"}
      />
      {calls.rules && !mine && (
        <Menu
          label={`What to do with ${calls.name(leg.user)}`}
          icon={later.moreHorizontal}
          items={ruleItems(meeting, leg).slice(1)}
        />
      )}
    </li>
  );
}
