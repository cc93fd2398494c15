/*
 * ice_tcp - pages that come over TCP because UDP does not reach us (RFC 6544: our candidates are passive ones):
 * datagrams, each behind its length (RFC 4571), that are taken as those of the UDP port are.
 *
 * A connection belongs to nobody until a check on it has proved a peer's password; until then nothing but checks is
 * read from it, and for ICE_TCP_PATIENCE only.  From then on it is that peer's and ends with it.  What a page does
 * not read waits, up to ICE_TCP_OUT; the rest is dropped as a full socket would drop it.
 *
 * Thread: that of the lane.
 */
#pragma once

#include "media/lane_inside.h"
#include "port/listener.h"

enum {
    ICE_TCP_MAX = 4096,  /* connections of a lane */
    ICE_TCP_OF_PEER = 8, /* of them one peer's */
    ICE_TCP_OUT =
        128 * 1024, /* bytes that wait: 0.5 s of 2 Mbit/s; later than that nobody wants them */
};

#define ICE_TCP_PATIENCE (10 * SEC)

/* Whether these first bytes are a length and a Binding request. */
enum match ice_tcp_match(const uint8_t *first, size_t n);

/* Queues a datagram of n bytes, whole or not at all; nothing if the connection has ended. */
void ice_tcp_send(struct ice_tcp *c, const uint8_t *p, size_t n);
/* One write for each that something waits for.  Frees nobody. */
void ice_tcp_flush(struct media_lane *l);

/* Ends those of a peer that goes. */
void ice_tcp_forget(struct media_lane *l, const struct peer *p);

/* With the lane. */
void ice_tcp_init(struct media_lane *l);
void ice_tcp_done(struct media_lane *l);
