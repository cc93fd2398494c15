/*
 * calls - who calls whom now: the calls of this node, their rings and timeouts, and what is kept
 * of them.
 *
 * The rules of one call are call.h's; here its commands come in, its deadlines run, and what
 * changed is told: the whole Call object to both people at every change (`call`), signals from leg
 * to leg.  The store follows behind, in the order of the channel; a call lives from memory, so one
 * that ran when the server stopped is closed as interrupted at the next start.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/actor.h"
#include "base/json.h"
#include "bus/bus.h"
#include "calls/call.h"
#include "store/message.h"
#include "store/store.h"

struct calls;
struct plane;

enum {
    CALLS_PER_USER = 8,          /* that ring or run at a time */
    CALL_SIGNAL_MAX = 64 * 1024, /* bytes of one signal */
    CALLS_PAGE_MAX = 100,        /* records of one answer */
};

struct calls_conf {
    struct loop *loop;
    struct store *store;
    struct bus *bus;
    /* The person is (not) in a running call. */
    void (*in_call)(const struct id *user, bool in_call, void *arg);
    /* A row of kind call stands in the channel: tell it. */
    void (*row)(const struct message *row, void *arg);
    void *in_call_arg;
    void *row_arg;
};

/* Closes what was left open by the last run. */
struct calls *calls_new(const struct calls_conf *conf);
/* Forgets all without telling anybody: the server stops. */
struct calls *calls_free(struct calls *c);

/* Who asks, from where. */
struct caller {
    struct actor actor;
    struct id page;
};

/* rc 0: this leg of this call is the page's.  -ENOENT, -EPERM: not such a chat, or the other one is
 * deactivated; -EEXIST: the person is in this call on another page (call.join moves it here);
 * -EDQUOT: too often, or too many; -ECANCELED: the page went meanwhile; -errno of the store. */
struct call_reply {
    int rc;
    struct id call;
    struct id leg;
};
/* Exactly once, at once or turns later. */
typedef void call_fn(const struct call_reply *r, void *arg);

struct call_start {
    struct id channel;
    bool video;
    bool mic;
    bool camera;
};
/* Both calling at once is one call: the second start answers the first. */
void calls_start(struct calls *c, const struct caller *who, const struct call_start *start,
                 call_fn *fn, void *arg);

/* All: 0; -ENOENT: no such call of this person; -EPERM: this page holds no leg of it; -EPROTO: not
 * in this state (ended; nothing to decline). */
int calls_join(struct calls *c, const struct caller *who, const struct id *call, bool mic,
               bool camera, struct id *ret_leg);
int calls_decline(struct calls *c, const struct caller *who, const struct id *call);
int calls_leave(struct calls *c, const struct caller *who, const struct id *call);
int calls_media(struct calls *c, const struct caller *who, const struct id *call,
                const struct call_media *m);
/* Shown to all who are in it.  Also -EDQUOT. */
int calls_react(struct calls *c, const struct caller *who, const struct id *call,
                struct span reaction);
/* By those who may, of a group's call: leg NULL: everybody else's microphone. */
int calls_mute(struct calls *c, const struct caller *who, const struct id *call,
               const struct id *leg);
int calls_remove(struct calls *c, const struct caller *who, const struct id *call,
                 const struct id *leg);
int calls_end(struct calls *c, const struct caller *who, const struct id *call);

/* Where the media of three and more go; NULL: nowhere.  It outlives the calls. */
void calls_set_plane(struct calls *c, struct plane *plane);

/* rc 0: text is the answer; -EBADMSG: text says what is wrong with the offer; -ENOTSUP: this server has no
 * rooms; -ENOSPC: the room is full. */
typedef void call_answer_fn(int rc, struct span text, void *arg);
/* The page connects its leg to the room.  fn exactly once, turns later, unless what is returned is not 0. */
int calls_connect(struct calls *c, const struct caller *who, const struct id *call,
                  struct span offer, call_answer_fn *fn, void *arg);

/* A picture that the page shows. */
struct call_want {
    struct id leg;
    unsigned slot;
    bool screen; /* rather than the camera */
    unsigned height;
};
int calls_view(struct calls *c, const struct caller *who, const struct id *call,
               const struct call_want *wants, size_t n);
/* Also -EMSGSIZE, -EDQUOT.  -EPROTO: leg `to` is not there any more. */
int calls_signal(struct calls *c, const struct caller *who, const struct id *call,
                 const struct id *to, const json_t *signal);

/* The page's last socket closed; one of it opened (again).  Ended sessions are heard on the bus. */
void calls_page_gone(struct calls *c, const struct id *user, const struct id *page);
void calls_page_open(struct calls *c, const struct id *user, const struct id *page);

/* Writes one Call (nothing when it is not known), or the array of a person's that ring or run. */
void calls_write(const struct calls *c, const struct id *call, const char *key, struct json_out *o);
void calls_write_mine(const struct calls *c, const struct id *user, const char *key,
                      struct json_out *o);

/* History, newest first.  json: {calls, more}; the callback may take the bytes.  before: none. */
typedef void calls_fn(int rc, struct buf *json, void *arg);
void calls_history(struct calls *c, const struct actor *a, const struct id *before, bool missed,
                   int64_t limit, calls_fn *fn, void *arg);
/* The missed ones have been looked at. */
void calls_seen(struct calls *c, const struct actor *a, calls_fn *fn, void *arg);
