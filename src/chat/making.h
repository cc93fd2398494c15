/*
 * making - what the acts that put people into channels share.  Private to chat/.
 *
 * Thread: a store thread with its job's connection.
 */
#pragma once

#include "chat/act.h"

/* People that one act may name: above it the rest is left out, and the act is refused anyhow. */
enum { NAMED_MAX = 2 * CHAT_GROUP_MAX };

/* Writes the Channel as the actor sees it now. */
int act_reply_channel(struct db *db, struct act *a, const struct id *channel);

/* The people of the ids, each once, without the actor.  -ENOENT: one is nobody; -EINVAL (refused by
 * field): one is deactivated. */
int act_read_people(struct db *db, struct act *a, const struct id *ids, size_t n, const char *field,
                    struct people *ret);

/* Puts the user into the channel and notes it: 1; 0: was in it; -errno. */
int act_join(struct db *db, struct act *a, const struct id *channel, const struct id *user);
