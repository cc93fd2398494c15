/*
 * people - who is here, and what one may change about oneself.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/actor.h"
#include "bus/bus.h"
#include "store/person.h"
#include "store/store.h"

/* rc 0, -ENOENT, -EPERM, -EBADMSG (a name that is none), -errno; rows are valid during the call. */
typedef void people_fn(int rc, const struct people *people, void *arg);

/* query may be empty: the first by name. */
void people_find(struct store *store, const struct actor *actor, struct span query, int64_t limit,
                 people_fn *fn, void *arg);
void people_get(struct store *store, const struct actor *actor, const struct id *ids, size_t n,
                people_fn *fn, void *arg);

/* One row: oneself, as it is now.  Told to all (`person`) and to one's own pages (`me`). */
void people_me(struct store *store, const struct actor *actor, people_fn *fn, void *arg);
void people_rename_me(struct store *store, struct bus *bus, const struct actor *actor,
                      struct span name, people_fn *fn, void *arg);
/* state SPAN_NONE: automatic again. */
void people_set_presence(struct store *store, struct bus *bus, const struct actor *actor,
                         struct span state, people_fn *fn, void *arg);
