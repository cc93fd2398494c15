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
  return (
    <PersonCard
      people={services.people}
      actions={(user, close) =>
        user === services.me.value.id ? null : (
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
        )
      }
    />
  );
}
