/*
 * call - the rules of one call: between two people, or of a group, which whoever is in the chat may join.
 *
 * Pure: told who does what, and the time; asks for its next deadline.  Whoever owns it compares
 * `change` before and after: it rises with everything that the two should see.
 *
 * A leg is one person on one page.  The callee begins with a leg that is asked, on no page: the
 * first page to join makes it its own, and the others see by its page that it was answered there.
 * Who joins a call that they are in replaces their leg by a new one (a page that was reloaded, the
 * call moved to another page): the other side sees a new id and connects anew.  A page that is
 * gone leaves its leg lost for a while, in which it may come back as it was.
 *
 * A call of two ends when one leaves; that of a group when the last does, and it runs from its start on.  Its
 * media go from leg to leg while there are two, and through a room (media/plane.h) from three on, until
 * there have been two again for CALL_PAIR_TIME.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/bucket.h"
#include "base/json.h"
#include "base/mem.h"

enum {
    CALL_LEGS_MAX = 16,   /* with those that have left; the oldest of them make room */
    CALL_GROUP_MAX = 512, /* legs of a group's: as many as a room takes */
    CALL_ASKED_MAX = 20,  /* people that are rung */
    CALL_ROOM_FROM = 3,   /* legs */
};

#define CALL_RING_TIME  (30 * SEC)
#define CALL_LOST_TIME  (30 * SEC) /* for a page of a running call to come back */
#define CALL_ALONE_TIME (10 * SEC) /* for the caller's page while it rings */
#define CALL_PAIR_TIME  (5 * SEC)  /* of two in a room, before they are a pair again */

enum call_state { CALL_RINGING, CALL_ACTIVE, CALL_ENDED };

enum call_reason {
    CALL_NO_REASON,
    CALL_HANGUP,
    CALL_CANCELLED, /* the caller gave up */
    CALL_DECLINED,
    CALL_MISSED, /* nobody answered */
    CALL_LOST,   /* a page did not come back */
    CALL_INTERRUPTED,
};

enum leg_state { LEG_RINGING, LEG_SILENT, LEG_JOINED, LEG_LOST, LEG_LEFT };

struct call_time {
    usec_t now;
    struct wall wall;
};

/* A person on a page. */
struct call_who {
    struct id user;
    struct id page;
    struct id session;
};

struct leg {
    struct id id;
    struct call_who who; /* page none: on no page */
    enum leg_state state;
    uint16_t number; /* in this call, from 1: what the room calls it */
    bool mic;
    bool camera;
    bool screen;
    struct wall hand; /* when it was raised; ms 0: it is not */
    bool in_room;     /* has a connection there, or has asked for one */
    usec_t lost_at;
    struct bucket signals;
};

struct call {
    struct id id;
    struct id channel;
    struct id caller;
    struct id callee; /* none: a group's */
    bool group;
    bool room;        /* media go through one */
    usec_t pair_at;   /* when they will go from leg to leg again; NEVER */
    uint16_t numbers; /* given to legs */
    bool video;
    enum call_state state;
    enum call_reason reason;
    struct wall started;
    struct wall answered; /* ms 0: never */
    struct wall ended;    /* ms 0: it rings or runs */
    int64_t change;
    usec_t rings_until;
    struct leg few[CALL_LEGS_MAX];
    struct leg *legs; /* few, or memory of its own */
    size_t leg_count;
    size_t leg_room;
};

struct call_plan {
    struct id channel;
    struct call_who caller;
    struct id callee;       /* none: a group's */
    const struct id *asked; /* of a group: who is rung */
    size_t asked_count;     /* at most CALL_ASKED_MAX */
    bool video;
    bool mic;
    bool camera;
    bool silent; /* the callee does not want to be disturbed */
};
/* The call must stay where it is; call_done() frees what it holds. */
void call_begin(struct call *c, const struct call_plan *plan, struct call_time t);
void call_done(struct call *c);

/* Is this one of the two?  Who is of a group others know. */
bool call_has(const struct call *c, const struct id *user);
/* Legs that are joined or lost. */
size_t call_live(const struct call *c);
struct leg *call_leg_by_id(struct call *c, const struct id *leg);
/* The person's leg that is joined or lost, or NULL. */
struct leg *call_leg_of(struct call *c, const struct id *user);
/* The same when the page holds it.  Once the call has ended: whatever leg the page held. */
struct leg *call_leg_on(struct call *c, const struct call_who *who);

/* All: 0, or -EPROTO: not in this state; to join also -ENOSPC: it is full. */
int call_join(struct call *c, const struct call_who *who, bool mic, bool camera, struct call_time t,
              struct id *ret_leg);
int call_decline(struct call *c, const struct id *user, struct call_time t);
int call_leave(struct call *c, const struct call_who *who, struct call_time t);
struct call_media {
    bool mic;
    bool camera;
    bool screen;
    bool hand;
};
int call_media(struct call *c, const struct call_who *who, const struct call_media *m,
               struct wall now);
/* By somebody who may: a microphone goes off (it is its owner who turns it on again), a leg goes, all go. */
int call_mute(struct call *c, struct leg *leg);
int call_remove(struct call *c, struct leg *leg, struct call_time t);
int call_end(struct call *c, struct call_time t);
/* Who is of the chat no more goes. */
void call_drop_user(struct call *c, const struct id *user, struct call_time t);
/* May the page's leg send to `to`?  Also -EDQUOT: too fast. */
int call_signal(struct call *c, const struct call_who *who, const struct id *to, usec_t now,
                struct leg **ret_from, struct leg **ret_to);

/* One more act of the leg that others are told of; -EDQUOT: too fast. */
int call_hurry(struct leg *leg, usec_t now);

void call_page_gone(struct call *c, const struct id *user, const struct id *page, usec_t now);
void call_page_open(struct call *c, const struct id *user, const struct id *page);
void call_session_ended(struct call *c, const struct id *session, struct call_time t);

/* Does what is due; when the next thing is, or NEVER. */
void call_tick(struct call *c, struct call_time t);
usec_t call_deadline(const struct call *c);

/* As in the contract; NULL for no reason. */
const char *call_state_name(enum call_state s);
const char *call_reason_name(enum call_reason r);
void call_write(struct json_out *o, const char *key, const struct call *c);
/* What has been told of a call: its change, and its legs then, in their order. */
struct call_told {
    int64_t change;
    const struct leg *legs;
    size_t count;
};
/* The same, of the legs only those that are not as they were told. */
void call_write_since(struct json_out *o, const char *key, const struct call *c,
                      const struct call_told *told);
