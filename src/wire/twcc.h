/*
 * twcc - the body of transport-wide congestion control feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1), in and out.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

enum {
    TWCC_PACKETS_MAX = 512, /* that one body tells of; more are refused */
    TWCC_TICK_US = 250,
    TWCC_REFERENCE_US = 64000,
    TWCC_BODY_MAX = 8 + TWCC_PACKETS_MAX * 2 + TWCC_PACKETS_MAX * 2 + 4,
};

struct twcc_arrival {
    uint16_t seq;
    bool received;
    int64_t
        at; /* of received: microseconds from a time of the receiver's that stays the same, modulo
                   2^24 * 64 ms; see twcc_parse() */
};

/*
 * Reads all packets the feedback tells of, in order; how many, or -EBADMSG.  Times begin at the feedback's
 * reference time.
 */
int twcc_parse(struct span body, uint8_t *ret_number, struct twcc_arrival *ret, size_t max);

/*
 * Writes a body about in[0..n), whose seqs rise by one each.  It ends before the first that is too far from the
 * one before in time to be told (8 s); how many it tells of.  *ret_len: bytes, a whole number of words.
 * out has room for TWCC_BODY_MAX.  n > 0, n <= TWCC_PACKETS_MAX; at least one is received.
 */
size_t twcc_write(uint8_t *out, uint8_t number, const struct twcc_arrival *in, size_t n,
                  size_t *ret_len);
