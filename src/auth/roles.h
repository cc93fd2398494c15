/*
 * roles - what administrators do with people: who there is, which role, whether they may come in.
 *
 * Nobody changes somebody of a rank not below their own (owners do change each other), nor gives a rank
 * above their own; only owners make administrators and owners; the last active owner stays one.  A
 * change of role or a deactivation ends the person's sessions with its commit.
 *
 * Thread: the main loop's; roles_may_change() any, pure.
 */
#pragma once

#include "auth/office.h"

enum { ROLES_PAGE_MAX = 200 };

/* May somebody of this role make somebody of that role into another? */
bool roles_may_change(enum role by, enum role from, enum role to);

enum roles_filter {
    ROLES_ALL,
    ROLES_ACTIVE,
    ROLES_DEACTIVATED,
    ROLES_GUESTS,
    ROLES_ADMINS,
    ROLES_BOTS,
};

struct roles_query {
    struct span text; /* a part of name or address; none: everybody */
    enum roles_filter filter;
    int64_t offset;
    int64_t limit;
};
/* {people: [AdminPerson], more} */
void roles_list(const struct office *o, const struct actor *actor, const struct roles_query *q,
                errand_fn *fn, void *arg);

struct roles_edit {
    struct id person;
    enum role role; /* ROLE_NOBODY: as it is */
    enum { AS_IT_IS, ACTIVATE, DEACTIVATE } active;
};
/* An AdminPerson.  -ENOENT, -EPERM (rank), -EUSERS (the last owner). */
void roles_edit(const struct office *o, const struct actor *actor, const struct addr *from,
                const struct roles_edit *edit, errand_fn *fn, void *arg);

/* Ends all sessions of somebody below one's rank, or one's own. */
void roles_sign_out(const struct office *o, const struct actor *actor, const struct addr *from,
                    const struct id *person, errand_fn *fn, void *arg);
/* {sessions: [AdminSession], more}; person none: everybody's. */
void roles_sessions(const struct office *o, const struct actor *actor, const struct id *person,
                    int64_t offset, int64_t limit, errand_fn *fn, void *arg);
void roles_end_session(const struct office *o, const struct actor *actor, const struct addr *from,
                       const struct id *session, errand_fn *fn, void *arg);

/* For acts of administrators on a person: is it there, and below the actor's rank (or the actor)?  0,
 * -ENOENT, -EPERM. */
int roles_check_target(struct db *db, const struct actor *actor, const struct id *person,
                       struct arena *a, struct person *ret);
/* The same for how somebody signs in: by a person at a browser, and never one's own, which is proved by a password or
 * a code under /me. */
int roles_check_ways(struct db *db, const struct actor *actor, const struct id *person,
                     struct arena *a, struct person *ret);
