/*
 * act - one act of chat on its way: run on a store thread, told to the bus after the commit,
 * answered.  Embedded as the first member of what the act carries.  Private to chat/.
 *
 * Thread: run() and what it calls on the store thread; the rest the main loop's.
 */
#pragma once

#include "chat/chat.h"
#include "store/channel.h"

struct chat {
    struct chat_conf conf;
    struct buckets *typing;
};

struct act;
/* May be called again: it writes json, reply and notes anew.  0 or -errno. */
typedef int act_run_fn(struct db *db, struct act *a);

struct note;

struct act {
    struct job job;
    struct chat *chat;
    struct actor actor;
    struct id channel; /* of an act on one */
    act_run_fn *run;
    void (*end)(struct act *a); /* frees what it carries; NULL: nothing */
    struct buf json;
    struct chat_reply reply;
    struct note *notes; /* in the job's arena, in order */
    struct note *last;
    chat_fn *fn;
    void *arg;
};

/* Zeroed, of this size; freed by itself after the answer. */
void *act_new(size_t size, struct chat *c, const struct actor *actor, act_run_fn *run, chat_fn *fn,
              void *arg);
void act_read(struct act *a);
void act_write(struct act *a, struct span key);

/* From run(): returns -EINVAL.  Static text. */
int act_refuse(struct act *a, const char *field, const char *why);

/* From run(): what is to be told after the commit.  members: {0} for none; copied. */
void act_note(struct act *a, const struct bus_event *e);
void act_note_row(struct act *a, const struct message *row);
/* what: "added", "removed" to the user; "changed" to the members (user NULL). */
void act_note_channel(struct act *a, const struct id *channel, const struct id *user,
                      const char *what);
void act_note_member(struct act *a, enum bus_kind kind, const struct id *channel,
                     const struct id *user);
void act_note_read(struct act *a, const struct id *channel, int64_t read_seq, int64_t unread);
