/*
 * offer - the answer that a browser gets, while it is written: servers in the order in which they are
 * to be tried, and when the first of their credentials lapses.
 *
 * Private to ice/.
 *
 * Thread: any; values.
 */
#pragma once

#include "base/clock.h"
#include "base/json.h"

struct offer {
    struct json_out *out;
    int64_t expires_ms; /* 0: nothing of it lapses */
};

static inline void offer_expires(struct offer *o, int64_t ms)
{
    if (o->expires_ms == 0 || ms < o->expires_ms)
        o->expires_ms = ms;
}
