import type { Channel } from "../api/gen";
import { ADMIN_PARTS } from "../features/admin";
import { besideOf, CallButtons } from "../features/calls";
import { ConversationView, otherOf } from "../features/chat";
import type { SessionStore } from "../features/session";
import { Button } from "../ui/button/Button";
import { EmptyState } from "../ui/empty/EmptyState";
import * as icons from "../ui/icons/paths";
import { Skeleton } from "../ui/skeleton/Skeleton";
import type { Desk } from "./desk";
import { Lazy } from "./Lazy";
import type { Place } from "./places";
import type { Services } from "./services";
import type { Theme } from "./theme";

interface Props {
  readonly services: Services;
  readonly session: SessionStore;
  readonly desk: Desk;
  readonly place: Place;
  readonly theme: Theme;
  readonly onShortcuts: () => void;
}

const loadCall = () => import("../features/calls/lazy").then((m) => m.CallDetails);
const loadMeet = () => import("../features/calls/lazy").then((m) => m.MeetButtons);
const loadMeeting = () => import("../features/calls/lazy").then((m) => m.MeetingBanner);
const loadDevices = () => import("../features/calls/lazy").then((m) => m.DeviceSettings);
const loadGroup = () => import("../features/channels/lazy").then((m) => m.GroupMenu);
const loadSettings = () => import("../features/settings/lazy").then((m) => m.SettingsView);

const loadAdmin = () => import("../features/admin/lazy").then((m) => m.AdminView);

const SETTINGS: readonly unknown[] = [undefined, "security", "tokens"];

/** What is open: a conversation, a page. */
export function MainPane({ services, session, desk, place, theme, onShortcuts }: Props) {
  if (place.area === "settings" && SETTINGS.includes(place.id))
    return (
      <Lazy
        load={loadSettings}
        props={{
          part: place.id,
          me: services.me.value,
          api: services.api,
          session,
          onDone: (text: string) => void services.toasts.show({ text, kind: "success" }),
          onRename: (name: string) => services.rename(name),
          theme: theme.choice.value,
          onTheme: (choice) => theme.set(choice),
          onShortcuts,
          devices: <Lazy load={loadDevices} props={{ calls: services.calls }} />,
        }}
      />
    );
  const { role } = services.me.value;
  const manages = role === "owner" || role === "admin";
  if (place.area === "admin" && manages && ADMIN_PARTS.includes(place.id))
    return (
      <Lazy
        load={loadAdmin}
        props={{
          part: place.id,
          api: services.api,
          me: services.me.value,
          onDone: (text: string) => void services.toasts.show({ text, kind: "success" }),
        }}
      />
    );
  if (place.area === "nowhere" || place.area === "settings" || place.area === "admin")
    return (
      <EmptyState
        title="There is nothing at this address"
        action={<Button href="/chat">Go to Chat</Button>}
      >
        Maybe it was mistyped, or what was there is gone.
      </EmptyState>
    );
  if (place.area === "calls")
    return (
      <Lazy
        load={loadCall}
        props={{
          calls: services.calls,
          history: services.callHistory,
          people: services.people,
          id: place.id ?? null,
        }}
      />
    );
  return <Conversation services={services} desk={desk} place={place} />;
}

function Conversation({ services, desk, place }: Pick<Props, "services" | "desk" | "place">) {
  const { chat, people } = services;
  const area = place.area === "teams" ? "teams" : "chat";
  if (!chat.ready.value) return <Skeleton kind="message" />;
  if (place.id === undefined)
    return area === "chat" && !chat.channels.value.some((c) => c.kind !== "standard") ? (
      <EmptyState title="Your chats will be shown here" />
    ) : (
      <EmptyState title={area === "teams" ? "Choose a channel" : "Choose a chat"} icon={icons.chat}>
        Its messages are shown here.
      </EmptyState>
    );
  const channel = chat.channel(place.id);
  if (!channel)
    return (
      <EmptyState
        title="This conversation is not here"
        action={<Button href={`/${area}`}>Back to the list</Button>}
      >
        It does not exist, or you are not in it.
      </EmptyState>
    );
  /* It is there once, with its one message box. */
  if (besideOf(services.calls) === channel.id) return null;
  const other = otherOf(channel, services.me.value.id);
  return (
    <ConversationView
      key={channel.id}
      channel={channel}
      chat={chat}
      people={people}
      listHref={`/${area}`}
      tools={<Tools services={services} desk={desk} channel={channel} />}
      banner={
        !other &&
        services.calls.in(channel.id) && (
          <Lazy load={loadMeeting} props={{ calls: services.calls, channel: channel.id }} quiet />
        )
      }
      onCall={(video) => void services.calls.start(channel.id, video, other?.id ?? null)}
    />
  );
}

/** A conversation beside a call. */
export function Thread({ services, id }: Pick<Props, "services"> & { readonly id: string }) {
  const { chat, people } = services;
  const channel = chat.channel(id);
  return channel ? (
    <ConversationView key={id} channel={channel} chat={chat} people={people} bare />
  ) : null;
}

interface ToolsProps {
  readonly services: Services;
  readonly desk: Desk;
  readonly channel: Channel;
}

function Tools({ services, desk, channel }: ToolsProps) {
  const other = otherOf(channel, services.me.value.id);
  if (other) return <CallButtons calls={services.calls} channel={channel.id} peer={other.id} />;
  return (
    <>
      <Lazy load={loadMeet} props={{ calls: services.calls, channel }} quiet />
      <Lazy
        load={loadGroup}
        props={{
          api: services.api,
          me: services.me.value,
          channel,
          chat: services.chat,
          people: services.people,
          onLeft: () => desk.goList("chat"),
        }}
      />
    </>
  );
}
