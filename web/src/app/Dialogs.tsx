import type { Signal } from "@preact/signals";
import type { Channel } from "../api/gen";
import type { Commands } from "./commands";
import { Lazy, useAhead } from "./Lazy";
import type { Services } from "./services";

const loadNewChat = () => import("../features/channels/lazy").then((m) => m.NewChatDialog);
const loadKeys = () => import("./ShortcutsDialog").then((m) => m.ShortcutsDialog);
const loadInvite = () => import("../features/settings/lazy").then((m) => m.InviteDialog);

export type Shown = "new" | "keys" | "invite" | null;

interface Props {
  readonly services: Services;
  readonly commands: Commands;
  readonly shown: Signal<Shown>;
  readonly onStarted: (channel: Channel) => void;
}

/** The dialogs of the whole page: fetched ahead, and one that cannot be fetched is told of. */
export function Dialogs({ services, commands, shown, onStarted }: Props) {
  useAhead(loadNewChat);
  useAhead(loadKeys);
  useAhead(loadInvite);
  const onClose = () => {
    shown.value = null;
  };
  const which = shown.value;
  const onFailed = () => {
    onClose();
    services.toasts.show({
      text: "This could not be loaded. If it stays so, reload the page.",
      kind: "error",
      action: {
        label: "Try again",
        run: () => {
          shown.value = which;
        },
      },
    });
  };
  const { api, chat, people } = services;
  if (which === "new")
    return (
      <Lazy load={loadNewChat} props={{ chat, people, onClose, onStarted }} onFailed={onFailed} />
    );
  if (which === "keys")
    return <Lazy load={loadKeys} props={{ commands, open: true, onClose }} onFailed={onFailed} />;
  if (which === "invite")
    return <Lazy load={loadInvite} props={{ api, onClose }} onFailed={onFailed} />;
  return null;
}
