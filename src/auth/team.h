/*
 * team - who is in a team and who owns it.  An owner moderates the team's channels.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/office.h"

enum { TEAM_LIST_MAX = 1000 };

/* {members: [{person, role}]}, owners first. */
void team_members(const struct office *o, const struct actor *actor, const struct id *team,
                  errand_fn *fn, void *arg);
struct team_wish {
    struct id team;
    struct id person;
    bool owner; /* else a member */
};

/* -ENOENT: no such team or member; -EPERM; -EUSERS: the team's last owner. */
void team_set_role(const struct office *o, const struct actor *actor, const struct addr *from,
                   const struct team_wish *wish, errand_fn *fn, void *arg);
