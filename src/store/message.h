/*
 * message - the rows of a channel, as questions; and how the contract tells them.
 *
 * A row takes the channel's counters inside the transaction that inserts it: seq orders rows and
 * has no holes, n counts those that count as unread, change is taken anew whenever anything about
 * a row changes.
 *
 * Thread: a store thread with its job's connection; message_write() any.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/db.h"

struct message {
    struct id id;
    struct id channel;
    int64_t seq;
    int64_t n;
    int64_t change;
    struct id sender;    /* none: the server */
    struct id client_id; /* none but for text */
    struct span kind;    /* "text", "system", "call" */
    struct span body;
    struct span data; /* JSON of system and call rows, or none */
    int64_t created_at;
    int64_t edited_at; /* 0: never */
    bool deleted;
};

/* Rows in order. */
struct messages {
    struct message *rows;
    size_t count;
};

enum { MESSAGES_MAX = 1000 /* rows of one question */ };

/* Takes the counters (n only for text) and inserts; fills id, seq, n, change, created_at.
 * -ENOENT: no such channel.  -EEXIST: the sender used the client_id before. */
int message_insert(struct db *db, struct message *m, struct wall now);

/* All others: 0 or -errno; text lives in the arena.  One: -ENOENT. */
int message_by_client_id(struct db *db, const struct id *sender, const struct id *client_id,
                         struct arena *a, struct message *ret);
/* The last `limit` rows before seq, in ascending order all the same. */
int messages_before(struct db *db, const struct id *channel, int64_t seq, int64_t limit,
                    struct arena *a, struct messages *ret);
/* The first `limit` rows from seq on. */
int messages_from(struct db *db, const struct id *channel, int64_t seq, int64_t limit,
                  struct arena *a, struct messages *ret);
/* The first `limit` rows with a change after `after`, by change. */
int messages_changed(struct db *db, const struct id *channel, int64_t after, int64_t limit,
                     struct arena *a, struct messages *ret);
/* n of the last row up to seq, and its seq; both 0 when there is none. */
int message_n_at(struct db *db, const struct id *channel, int64_t seq, int64_t *ret_seq,
                 int64_t *ret_n);

/* Reads the thirteen columns of a message from column `at` of a row. */
void message_read(struct db *db, int at, struct arena *a, struct message *ret);

void message_write(struct json_out *o, const char *key, const struct message *m);
void messages_write(struct json_out *o, const char *key, const struct messages *m);
