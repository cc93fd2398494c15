/*
 * server - the STUN and TURN server of this process: a lane on each media loop, and on the main loop what
 * they have in common: who may have a relay, and how many.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "base/json.h"
#include "turn/lane.h"

enum {
    SERVER_USER_ALLOCATIONS =
        32, /* that one person may have at once: a page makes some each call */
    SERVER_USER_ASKING =
        128, /* requests for one that are looked at: each is repeated until answered */
};

struct turn_server;

/* Is the session still going, and this person's?  On the main loop, possibly before it returns. */
typedef void turn_check_fn(bool going, void *arg);

struct turn_conf {
    struct loop *loop;
    struct media_loops *media; /* outlives the server, but has stopped when it is freed */
    struct span secret;        /* of the credentials */
    struct addr public_ips[LANE_PUBLIC_MAX];
    size_t public_count;
    const struct addr_prefix *allowed; /* peers that may be reached though they are private */
    size_t allowed_count;
    uint16_t relay_first;
    uint16_t relay_last;
    size_t relays_max; /* at once, of all: each is an open file; 0: as many as there are ports */
    unsigned user_kbit;
    bool limits;
    void (*check)(const struct id *user, const struct id *session, turn_check_fn *fn, void *fn_arg,
                  void *arg);
    void *check_arg;
};

struct turn_server *turn_server_new(const struct turn_conf *conf);
/* Ends all relays, once the media loops have stopped. */
struct turn_server *turn_server_free(struct turn_server *s);
/* Before the media loops. */
void turn_server_start(struct turn_server *s);

/* A connection that speaks STUN: for the listener. */
enum match turn_match(const uint8_t *first, size_t n);
void turn_server_accept(struct stream *st, void *server);

/* These n peers, and no others, may not be reached though they are public; from when on it takes effect for
 * new permissions. */
void turn_server_deny(struct turn_server *s, const struct addr *addrs, size_t n);
/* Ends what it holds, and what it has asked for meanwhile. */
void turn_server_end_session(struct turn_server *s, const struct id *session);
