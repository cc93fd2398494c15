/*
 * peer_line - what the line to a peer carries: packets are numbered and told of, more is tried where more is wanted.
 *
 * Thread: the lane's.
 */
#pragma once

#include "media/estimate.h"
#include "wire/rtcp.h"

struct peer;

struct peer_line {
    struct twcc_out *sent;
    struct estimate estimate;
    uint64_t bytes;    /* that went out */
    uint32_t lacks;    /* bits a second that would be needed to give more; 0: nothing is lacking */
    usec_t probe_at;   /* a probe goes on since; 0: none */
    uint64_t probe_of; /* bytes that had gone out when it began */
    uint32_t audio;    /* bits a second, smoothed */
    uint64_t audio_bytes;
    usec_t audio_at;
};

void peer_line_init(struct peer_line *l, usec_t now);
void peer_line_done(struct peer_line *l);

static inline uint16_t peer_line_next(const struct peer_line *l)
{
    return twcc_out_next(l->sent);
}
/* A packet has gone out; numbered: it bears peer_line_next(). */
void peer_line_sent(struct peer_line *l, size_t size, bool video, bool numbered, usec_t now);
/* Feedback of the peer's. */
void peer_line_hear(struct peer *p, const struct rtcp *part, usec_t now);
/* Bits a second for pictures. */
uint32_t peer_line_budget(struct peer *p);
/* Each tick: a probe goes on. */
void peer_line_tick(struct peer *p, usec_t now);
