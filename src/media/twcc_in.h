/*
 * twcc_in - when the packets of one transport arrived, and when to tell the sender
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 *
 * Pure; a value.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/clock.h"
#include "wire/twcc.h"

enum {
    TWCC_IN_WINDOW = 1024, /* numbers that are held; a power of two */
    TWCC_IN_MANY = 100,    /* packets that are told of without waiting */
    TWCC_IN_TOLD = 256,    /* numbers that one feedback tells of, so that it fits a datagram */
};

#define TWCC_IN_SOON (50 * MSEC)
#define TWCC_IN_LATE (100 * MSEC)

struct twcc_in {
    uint64_t next;    /* the first that has not been told of; 0: nothing came yet */
    uint64_t highest; /* extended */
    usec_t told_at;
    size_t waiting;            /* arrived and not told of */
    uint8_t number;            /* of the next feedback */
    usec_t at[TWCC_IN_WINDOW]; /* 0: has not come */
};

/* at: when it arrived, which may be earlier than that we look at it. */
void twcc_in_seen(struct twcc_in *t, uint16_t seq, usec_t at, usec_t now);
/* frame_end: the last packet ended a frame. */
bool twcc_in_due(const struct twcc_in *t, bool frame_end, usec_t now);
/* out has room for TWCC_BODY_MAX; bytes, 0: nothing to tell. */
size_t twcc_in_write(struct twcc_in *t, uint8_t *out, usec_t now);
