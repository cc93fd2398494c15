/*
 * twcc_out - what was sent on one transport under which transport-wide number, and what its receiver says
 * of it (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 *
 * Each packet gets the next number.  Feedback is given in packet by packet, and what is news of it comes out
 * as results: when the packet was sent, when it arrived by the receiver's clock, or that it is missing.  A
 * packet that was told missing and comes after all is news once more.
 *
 * Pure; told the time.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TWCC_OUT_WINDOW = 2048, /* numbers that are remembered: 20 Mbit/s for a second */
    TWCC_OUT_CLOCK_BITS = 24,
    TWCC_OUT_TICK_US = 64000, /* of the feedback's reference time, which has so many bits */
};

struct twcc_out;

struct twcc_result {
    usec_t sent_at;
    int64_t arrived_at; /* microseconds of the receiver's clock; not of lost */
    uint16_t size;      /* bytes */
    uint8_t probe;      /* as given to twcc_out_sent() */
    bool lost;
    bool mended; /* was told lost before */
};

struct twcc_out *twcc_out_new(void);
struct twcc_out *twcc_out_free(struct twcc_out *t);

/* The number of the next packet. */
uint16_t twcc_out_next(const struct twcc_out *t);
/* It went out now, so many bytes long.  probe: which one it belongs to (see estimate.h), 0: none. */
void twcc_out_sent(struct twcc_out *t, size_t size, uint8_t probe, usec_t now);

/* One packet that feedback tells of.  at: as wire/twcc reads it.  False: it is no news, or was never sent. */
bool twcc_out_heard(struct twcc_out *t, uint16_t seq, bool received, int64_t at, usec_t now,
                    struct twcc_result *ret);
