import { CallButtons } from "../features/calls";
import { PersonCard } from "../features/people";
import { Button } from "../ui/button/Button";
import * as icons from "../ui/icons/paths";
import type { Desk } from "./desk";
import type { Services } from "./services";

interface Props {
  readonly services: Services;
  readonly desk: Desk;
}

/** The card of whoever was clicked, with what can be done from here. */
export function People({ services, desk }: Props) {
  const channelWith = async (user: string) => {
    services.people.cards.hide();
    const channel = await desk.chatWith(user);
    if (!channel) throw new Error("There is no chat to call in");
    return channel.id;
  };
  return (
    <PersonCard
      people={services.people}
      actions={(user, close) =>
        user === services.me.value.id ? null : (
          <>
            <Button
              kind="primary"
              icon={icons.chat}
              onClick={() => {
                close();
                void desk.chatWith(user);
              }}
            >
              Chat
            </Button>
            <CallButtons calls={services.calls} channel={() => channelWith(user)} peer={user} />
          </>
        )
      }
    />
  );
}
