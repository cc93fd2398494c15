/*
 * actor - who asks: what a session says about its person, as a value that goes along with a job.
 */
#pragma once

#include "base/id.h"

enum role { ROLE_NOBODY, ROLE_GUEST, ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER };

struct actor {
    struct id user; /* none: not signed in */
    struct id session;
    enum role role;
};

const char *role_name(enum role r); /* as in the contract: "member" */
enum role role_parse(struct span s);
