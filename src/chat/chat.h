/*
 * chat - channels, their members and their messages: the acts of a person, for whoever brings them.
 * It knows no HTTP.
 *
 * Each act is one job of the store: it authorizes inside its transaction, does the work, renders
 * the answer as the contract has it, and notes what is to be told.  After the commit the bus is
 * told, then the caller.  So a job that runs twice tells nothing twice, and the events of a channel
 * come in the order of its counters.
 *
 * Arguments have the form that the contract asks for (lengths, ids, UTF-8); what they mean is
 * checked here.  They are copied: nothing need outlive the call.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/actor.h"
#include "bus/bus.h"
#include "chat/presence.h"
#include "store/message.h"
#include "store/person.h"
#include "store/store.h"

struct chat;

enum {
    CHAT_GROUP_MAX = 50,       /* members of a group chat */
    CHAT_PAGE = 50,            /* rows of a page when the caller names no number */
    CHAT_PAGE_MAX = 200,       /* rows of a page at most */
    CHAT_PAGE_BYTES = 1 << 20, /* and of its JSON, roughly: fewer rows then */
    CHAT_CHANNELS_MAX = 5000,  /* of one person, that are listed */
};

#define CHAT_TYPING_PAUSE (2 * SEC) /* of one person in one channel; more often is left out */

struct chat_conf {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    struct presence *presence; /* learns the state set by hand when a person's state is read */
    const char *version;       /* of the program, for State.site */
};

struct chat *chat_new(const struct chat_conf *conf);
struct chat *chat_free(struct chat *c);

/*
 * How an act ended: 0; -EACCES, -EPERM, -ENOENT of authorize(), or no such person; -EINVAL: field
 * is not acceptable, why is a sentence about it; -EEXIST: the client_id stands for another message;
 * -errno of the store (-ENOSPC, -EAGAIN, -EIO ...).
 */
struct chat_reply {
    int rc;
    bool again;        /* it was there already, and is what a repeat gets */
    const char *field; /* of -EINVAL */
    const char *why;   /* of -EINVAL */
    struct buf *json;  /* the reply of the contract; the callback may take the bytes, leaving {0} */
};
/* Exactly once, turns later. */
typedef void chat_fn(const struct chat_reply *r, void *arg);

/* Channels.  Reply: {channels}, Channel, Channel, Channel, {people}. */
void chat_list(struct chat *c, const struct actor *a, chat_fn *fn, void *arg);
void chat_get(struct chat *c, const struct actor *a, const struct id *channel, chat_fn *fn,
              void *arg);
/* With one other person; the one that exists (again), or a new one. */
void chat_create_direct(struct chat *c, const struct actor *a, const struct id *other, chat_fn *fn,
                        void *arg);
struct chat_group {
    const struct id *others;
    size_t count;
    struct span name;     /* SPAN_NONE: unnamed */
    struct span idem_key; /* SPAN_NONE: none */
};
void chat_create_group(struct chat *c, const struct actor *a, const struct chat_group *g,
                       chat_fn *fn, void *arg);
void chat_rename(struct chat *c, const struct actor *a, const struct id *channel, struct span name,
                 chat_fn *fn, void *arg);
/* Members by id, those after `after` (none: from the first). */
void chat_members(struct chat *c, const struct actor *a, const struct id *channel,
                  const struct id *after, int64_t limit, chat_fn *fn, void *arg);

/* Members.  Who is one already is left out of `users`.  Reply: Channel; nothing. */
void chat_add_members(struct chat *c, const struct actor *a, const struct id *channel,
                      const struct id *users, size_t n, chat_fn *fn, void *arg);
/* Only oneself can be taken out: leaving. */
/* moderator false: an ordinary member again.  A ChannelMember. */
void chat_set_member_role(struct chat *c, const struct actor *a, const struct id *channel,
                          const struct id *user, bool moderator, chat_fn *fn, void *arg);
void chat_remove_member(struct chat *c, const struct actor *a, const struct id *channel,
                        const struct id *user, chat_fn *fn, void *arg);

/* Messages.  Reply: Message (again: the first answer), {messages, more_before, more_after},
 * {messages, last_change, more}, {read_seq, unread}. */
void chat_send(struct chat *c, const struct actor *a, const struct id *channel,
               const struct id *client_id, struct span body, chat_fn *fn, void *arg);
enum chat_where { CHAT_NEWEST, CHAT_BEFORE, CHAT_AFTER, CHAT_AROUND };
struct chat_page {
    enum chat_where where;
    int64_t seq;   /* but for the newest */
    int64_t limit; /* 0: CHAT_PAGE */
};
void chat_history(struct chat *c, const struct actor *a, const struct id *channel,
                  const struct chat_page *page, chat_fn *fn, void *arg);
/* last_change is the point up to which the answer is complete: ask on from there while `more`. */
void chat_changes(struct chat *c, const struct actor *a, const struct id *channel, int64_t after,
                  int64_t limit, chat_fn *fn, void *arg);
/* Moves the marker forward to seq (or the last row), never back. */
void chat_mark(struct chat *c, const struct actor *a, const struct id *channel, int64_t seq,
               chat_fn *fn, void *arg);

/* Tells the others of the channel.  fn may be NULL; a call within CHAT_TYPING_PAUSE is left out. */
void chat_typing(struct chat *c, const struct actor *a, const struct id *channel, chat_fn *fn,
                 void *arg);

/*
 * What a page begins with: the members of State that the store knows (me, site, teams, channels,
 * missed_calls) without braces, to which the callback may append, and the person's channels.
 * Take the position of the stream before asking.
 */
struct chat_state {
    int rc;
    struct buf *members;
    const struct id *channels;
    size_t channel_count;
};
typedef void chat_state_fn(const struct chat_state *s, void *arg);
void chat_state(struct chat *c, const struct actor *a, chat_state_fn *fn, void *arg);

/* For others that write rows: accounts_conf.joined; accounts_conf.published; calls_conf.row. */
int chat_write_joined(struct db *db, const struct id *channel, const struct person *who,
                      struct wall now);
void chat_tell_joined(const struct id *channel, void *chat);
void chat_tell_row(const struct message *row, void *chat);
