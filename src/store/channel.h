/*
 * channel - channels and who is in them, as questions; and how the contract tells them.
 *
 * Thread: a store thread with its job's connection; channel_write() any.
 */
#pragma once

#include "store/message.h"
#include "store/person.h"

/* As one of its members sees it. */
struct channel {
    struct id id;
    struct span kind; /* "standard", "group", "direct" */
    struct id team;   /* none: of no team */
    struct span name; /* none: unnamed */
    int64_t created_at;
    int64_t last_seq;
    int64_t last_n;
    int64_t last_change;
    int64_t read_seq; /* the member's */
    int64_t read_n;
    int64_t member_count;
    bool moderator;        /* the member is one, or an owner of the channel's team */
    struct people members; /* of direct and group chats */
    struct message last;   /* seq 0: there is none */
};

struct channels {
    struct channel *rows;
    size_t count;
};

/* A read marker beside its channel's head. */
struct marker {
    int64_t read_seq;
    int64_t read_n;
    int64_t last_seq;
    int64_t last_n;
};

static inline int64_t unread_of(int64_t last_n, int64_t read_n)
{
    return last_n > read_n ? last_n - read_n : 0;
}

/* All: 0 or -ENOENT or -errno of db.h; text lives in the arena. */

/* What a person is to a channel. */
struct standing {
    struct span kind; /* of the channel */
    bool member;
    bool moderator; /* also who owns the channel's team; means nothing without member */
};
/* -ENOENT: no such channel. */
int channel_relation(struct db *db, const struct id *channel, const struct id *person,
                     struct arena *a, struct standing *ret);

/* The person's channels, at most max, those first in which somebody wrote last, with members and
 * last rows. */
int channels_of(struct db *db, const struct id *person, int64_t max, struct arena *a,
                struct channels *ret);
/* -ENOENT: no such channel, or the person is not in it. */
int channel_of(struct db *db, const struct id *channel, const struct id *person, struct arena *a,
               struct channel *ret);

int channel_by_direct_key(struct db *db, struct span key, struct id *ret);
int channel_by_idem_key(struct db *db, const struct id *creator, struct span key, struct id *ret);

struct channel_new {
    struct id id;
    struct span kind;
    struct span name;
    struct span direct_key; /* of direct chats */
    struct id creator;
    struct span idem_key;
};
/* Without members.  -EEXIST: one with this key is there. */
int channel_insert(struct db *db, const struct channel_new *c, struct wall now);
int channel_rename(struct db *db, const struct id *channel, struct span name);

/* 1: is a member now; 0: was one. */
int member_insert(struct db *db, const struct id *channel, const struct id *person,
                  struct wall now);
int member_delete(struct db *db, const struct id *channel, const struct id *person);
/* role: "member" or "moderator".  -ENOENT: is no member. */
int member_set_role(struct db *db, const struct id *channel, const struct id *person,
                    struct span role);
/* By id, those after `after` (none: from the first). */
int member_people(struct db *db, const struct id *channel, const struct id *after, int64_t limit,
                  struct arena *a, struct people *ret);

int member_marker(struct db *db, const struct id *channel, const struct id *person,
                  struct marker *ret);
/* 1: moved; 0: it stands there already, or further. */
int member_mark(struct db *db, const struct id *channel, const struct id *person, int64_t seq,
                int64_t n);

void channel_write(struct json_out *o, const char *key, const struct channel *c);
