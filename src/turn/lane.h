/*
 * lane - the STUN and TURN server on one media loop: its core, with sockets.
 *
 * What is to be sent waits until the batch ends that it came with, and goes out by one call a socket; until
 * then its bytes stay where they were received.  A packet for a relay of another lane is copied once
 * and handed over with the others of its batch.
 *
 * Thread: the loop's, but for turn_lane_new(), turn_lane_free() and where it says so.
 */
#pragma once

#include "port/media_loops.h"
#include "port/stream.h"
#include "turn/core.h"
#include "turn/ports.h"

enum {
    LANES_MAX = MEDIA_LOOPS_MAX,
    LANE_PUBLIC_MAX = 4,
    LANE_CLIENT_OUT = 256 * 1024, /* bytes that wait for a client over TCP; then data are dropped */
    LANE_CLIENT_ANSWERS = 16 * 1024, /* more that answers may take; then it is closed */
    LANE_CROSSING_MAX = 32,          /* packets handed over at once */
};

#define LANE_PATIENCE (30 * SEC) /* for a client over TCP without an allocation */

struct turn_lane;

/* Where questions go: to the main loop. */
struct turn_lane_desk {
    struct loop *loop; /* of the two below */
    /* The request is desk's to keep; then turn_lane_admitted(). */
    void (*admit)(void *arg, struct turn_lane *lane, const struct path *from, struct span request,
                  const struct credential *c);
    void (*release)(void *arg, const struct id *user);
    void *arg;
};

struct turn_lane_conf {
    struct loop *loop;
    struct datagrams *datagrams;    /* NULL: no UDP */
    struct turn_lane *const *lanes; /* all of them, this one too; filled before they start */
    size_t index;
    size_t count;
    const struct turn_lane_desk *desk;
    struct span secret;
    struct addr public_ips[LANE_PUBLIC_MAX]; /* that are told to clients; none: that they came to */
    size_t public_count;
    const struct peers *peers; /* allowed and denied ones; own are looked for by the lane */
    uint16_t relay_first;
    uint16_t relay_last;
    unsigned user_kbit;
    bool limits;
};

struct turn_lane *turn_lane_new(const struct turn_lane_conf *conf);
/* When its loop runs no more. */
struct turn_lane *turn_lane_free(struct turn_lane *l);
/* On its loop: begins to sweep. */
void turn_lane_start(struct turn_lane *l);

/* Any thread: a client over TCP or TLS, whose stream the lane takes over. */
void turn_lane_accept(struct turn_lane *l, struct stream *st);
/* Any thread: takes request (a copy, freed with mem_free()) back. */
void turn_lane_admitted(struct turn_lane *l, const struct path *from, struct span request,
                        const struct id *user, enum admission verdict);
/* Any thread: these n and no others may not be reached, though they are public. */
void turn_lane_deny(struct turn_lane *l, const struct addr *addrs, size_t n);
/* Any thread. */
void turn_lane_end_session(struct turn_lane *l, const struct id *session);
