/*
 * bucket - a token bucket, and a bounded table of them by key (an address, an account).
 *
 * Pure: told the time.  A full table forgets the bucket that has been full the longest, so that
 * memory is bounded and nobody is refused for being new.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/clock.h"
#include "base/mem.h"
#include "base/span.h"

struct bucket_conf {
    uint32_t burst; /* tokens a full bucket holds */
    usec_t refill;  /* time for one token */
};

struct bucket {
    usec_t full_at; /* when it will be (or was) full again */
};

/* Takes one token: 0, or the time until there is one. */
usec_t bucket_take(struct bucket *b, const struct bucket_conf *conf, usec_t now);
/* Takes n at once, at most the burst, or none. */
usec_t bucket_take_many(struct bucket *b, const struct bucket_conf *conf, uint32_t n, usec_t now);

struct buckets;

struct buckets *buckets_new(const struct bucket_conf *conf, size_t max_keys);
struct buckets *buckets_free(struct buckets *t);
/* Takes one token of key's bucket: 0, or the time until there is one. */
usec_t buckets_take(struct buckets *t, struct span key, usec_t now);
usec_t buckets_take_many(struct buckets *t, struct span key, uint32_t n, usec_t now);
/* Gives one back (a sign-in that succeeded does not count). */
void buckets_give(struct buckets *t, struct span key);
