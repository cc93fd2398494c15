import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Channel } from "../api/gen";
import { CallLayer } from "../features/calls";
import type { SessionStore } from "../features/session";
import { Scope } from "../lib/scope";
import { Cards } from "./Cards";
import { Commands } from "./commands";
import { Dialogs, type Shown } from "./Dialogs";
import { Desk } from "./desk";
import { Lazy } from "./Lazy";
import { LineBanner } from "./LineBanner";
import { ListPane } from "./ListPane";
import { MainPane, Thread } from "./MainPane";
import { MeMenu } from "./MeMenu";
import { placeOf } from "./places";
import { railOf } from "./rail";
import type { Router } from "./router";
import { Search } from "./Search";
import { Shell } from "./Shell";
import type { Services } from "./services";
import type { Theme } from "./theme";
import { followTitle } from "./title";

const loadRejoin = () => import("../features/calls/lazy").then((m) => m.RejoinBanner);

const TITLES = {
  chat: "Chat",
  teams: "Teams",
  calls: "Calls",
  settings: "Settings",
  admin: "Administration",
  nowhere: "Convene",
};

interface Props {
  readonly services: Services;
  readonly session: SessionStore;
  readonly router: Router;
  readonly theme: Theme;
  readonly onSignOut: () => void;
}

/** What somebody who is signed in works with. */
export function Workplace({ services, session, router, theme, onSignOut }: Props) {
  const commands = useMemo(() => new Commands(), []);
  const desk = useMemo(() => new Desk(services, router), [services, router]);
  const shown = useSignal<Shown>(null);
  const unread = useComputed(
    () => services.chat.unreadChats.value + services.chat.unreadTeams.value,
  );
  const show = (which: Shown) => () => {
    shown.value = which;
  };
  useEffect(() => {
    const scope = new Scope();
    scope.add(commands.add(desk.commands({ newChat: show("new"), shortcuts: show("keys") })));
    commands.listen(scope);
    followTitle(scope, unread, desk.ring);
    return () => scope.end();
  }, [commands, desk, shown, unread]);

  const place = placeOf(router.path.value);
  desk.see(place);
  const alone = place.area === "settings" || place.area === "admin" || place.area === "nowhere";
  const started = (channel: Channel) => {
    shown.value = null;
    desk.openChannel(channel);
  };
  return (
    <>
      <Shell
        title={TITLES[place.area]}
        at={router.path.value}
        rail={railOf(services, place, (area) => desk.hrefOf(area))}
        pane={place.id !== undefined || alone ? "main" : "list"}
        search={
          services.me.value.role !== "guest" && (
            <Search
              services={services}
              onChat={(id) => desk.openId(id)}
              onPerson={(user) => void desk.chatWith(user)}
            />
          )
        }
        me={
          <MeMenu
            services={services}
            onSettings={() => router.go("/settings")}
            onAdmin={() => router.go("/admin/people")}
            onShortcuts={show("keys")}
            onInvite={show("invite")}
            onSignOut={onSignOut}
          />
        }
        banner={
          <>
            <LineBanner
              state={services.line.state}
              turnedAway={services.line.turnedAway}
              trouble={services.trouble}
            />
            {services.calls.elsewhere.value && (
              <Lazy load={loadRejoin} props={{ calls: services.calls }} quiet />
            )}
          </>
        }
        {...(alone
          ? {}
          : {
              list: (
                <ListPane
                  services={services}
                  place={place}
                  onNew={show("new")}
                  onInvite={show("invite")}
                />
              ),
            })}
        main={
          <MainPane
            services={services}
            session={session}
            desk={desk}
            place={place}
            theme={theme}
            onShortcuts={show("keys")}
          />
        }
        overlay={
          <>
            <Cards services={services} desk={desk} />
            <CallLayer
              calls={services.calls}
              thread={(id) => <Thread services={services} id={id} />}
            />
          </>
        }
        toasts={services.toasts}
      />
      <Dialogs services={services} commands={commands} shown={shown} onStarted={started} />
    </>
  );
}
