/*
 * system_row - the lines that the server writes in a channel: who made it, came, went, renamed it.
 * Private to chat/.
 *
 * Thread: a store thread with its job's connection.
 */
#pragma once

#include "store/message.h"
#include "store/person.h"

enum system_what { ROW_CREATED, ROW_ADDED, ROW_LEFT, ROW_RENAMED, ROW_JOINED, ROW_REMOVED };

struct system_row {
    enum system_what what;
    const struct person *by;
    const struct people *users; /* whom it concerns besides; NULL: nobody */
    struct span name;           /* the channel's new one; SPAN_NONE: none */
};

/* Inserts the row: 0 or -errno of message_insert(). */
int system_row_insert(struct db *db, const struct id *channel, const struct system_row *row,
                      struct wall now, struct arena *a, struct message *ret);
