/*
 * lane_inside - what the files of the lane share.
 *
 * Thread: the lane's.
 */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "base/metric.h"
#include "media/lane.h"
#include "media/peer.h"
#include "media/remotes.h"

enum {
    LANE_SLAB = 2 * UDP_BATCH, /* datagrams: one is used again only after a flush */
    LANE_PENDING = UDP_BATCH,
    LANE_CROSSING_MAX = 32, /* datagrams handed over at once */
};

#define LANE_TICK (10 * MSEC)

/* Datagrams on their way to the lane whose they are. */
struct lane_crossing;

/* Connections over TCP: see ice_tcp.h. */
struct ice_tcps {
    struct list unproved; /* the oldest first */
    struct list proved;
    struct list ended;
    struct list dirty; /* of those that something waits for */
    struct timer patience;
    struct defer reap; /* frees the ended ones */
    size_t count;
    uint8_t *room; /* for what is read, until it is taken; made for the first */
};

/* How a ufrag finds its peer; both of a peer's stand here while both are good. */
struct lane_word {
    char ufrag[ICE_UFRAG];
    struct peer *peer;
};

struct media_lane {
    struct media_lane_conf conf;
    struct map *words; /* struct lane_word by ufrag */
    struct map *rooms; /* struct room by id */
    struct remotes *remotes;
    struct list peers;
    struct list dirty; /* sources with packets of this batch */
    struct packet pending[LANE_PENDING];
    size_t pending_next[LANE_PENDING]; /* of the same source, from 1; 0: none */
    size_t pending_count;
    struct lane_crossing *crossings[MEDIA_LOOPS_MAX];
    struct ice_tcps tcp;
    struct timer tick;
    usec_t swept;
    size_t slab_at;
    uint8_t (*slab)[DATAGRAM_MAX];
};

/* Room for the next datagram, the same until one is sent. */
uint8_t *lane_room(struct media_lane *l);
/* Sends n bytes of lane_room(), with the others of the batch; then there is other room. */
void lane_send(struct media_lane *l, const struct media_path *to, const uint8_t *p, size_t n);
/* The peer's ufrags are those of its ICE agent now. */
void lane_know(struct media_lane *l, struct peer *p);
void lane_forget(struct media_lane *l, struct peer *p);
/* What waits is forwarded and sent. */
void lane_flush(struct media_lane *l);
void lane_tell(struct media_lane *l, const struct plane_event *e);
/* lane_receive.c: asks for what comes. */
void lane_receive(struct media_lane *l);
/* Which lane's peer a check is for; MEDIA_LOOPS_MAX or more: nobody's. */
size_t lane_of_check(const struct stun *check);
/* Whose name a check bears, which it has still to prove by peer_check(); NULL: nobody's. */
struct peer *lane_named(const struct media_lane *l, const struct stun *check);
/* What came from a peer but checks. */
void lane_give(struct peer *p, enum datagram_kind kind, const struct udp_in *in);
/* forward.c: what waits goes to the slots. */
void forward_pending(struct media_lane *l);
