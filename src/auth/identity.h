/*
 * identity - the accounts at providers by which a person comes in: (iss, sub), never an address.
 *
 * Thread: the main loop's, but for identity_list().
 */
#pragma once

#include "auth/office.h"

enum { IDENTITIES_MAX = 50 /* of a person */ };

struct identity {
    struct id id;
    struct span iss;
    struct span email; /* as the provider has it */
    int64_t created_at;
    int64_t last_used_at;
};

/* Within a job: at most IDENTITIES_MAX, the oldest first; text lives in the arena. */
int identity_list(struct db *db, const struct id *person, struct arena *a, struct identity **ret,
                  size_t *ret_count);

/* The actor comes in by it no more.  -ENOENT: not theirs; -ENOLINK: it is their last way in; `local`:
 * a password is a way in here. */
void identity_remove(const struct office *o, const struct actor *actor, const struct addr *from,
                     const struct id *identity, bool local, errand_fn *fn, void *arg);
