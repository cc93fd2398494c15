/*
 * actor - who asks: what a session says about its person, as a value that goes along with a job.
 */
#pragma once

#include "base/id.h"

enum role { ROLE_NOBODY, ROLE_GUEST, ROLE_MEMBER, ROLE_ADMIN, ROLE_OWNER };

/* What an API token was made for; a session has all of them, and SCOPE_ACCOUNT, which no token has: what
 * decides over ways in is done by a person at a browser. */
enum scope {
    SCOPE_READ = 1,
    SCOPE_WRITE = 2,
    SCOPE_ADMIN = 4,
    SCOPE_ACCOUNT = 8,
};
enum { SCOPES_OF_SESSION = SCOPE_READ | SCOPE_WRITE | SCOPE_ADMIN | SCOPE_ACCOUNT };

struct actor {
    struct id user;    /* none: not signed in */
    struct id session; /* or the API token */
    enum role role;
    unsigned scopes; /* of enum scope; not looked at where nobody is signed in */
};

const char *role_name(enum role r); /* as in the contract: "member" */
enum role role_parse(struct span s);
