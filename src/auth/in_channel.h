/*
 * in_channel - authorize() for a channel, with its object loaded from the store: for use inside the
 * transaction of the act.
 *
 * Thread: a store thread with its job's connection.
 */
#pragma once

#include "auth/authorize.h"
#include "store/db.h"

/* As authorize(), or -errno of the store. */
int authorize_in_channel(struct db *db, const struct actor *actor, enum verb verb,
                         const struct id *channel);
