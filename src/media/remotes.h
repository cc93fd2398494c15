/*
 * remotes - whose the datagrams of an address are: a peer's of this lane, or another lane's.  Bounded: what has
 * not been used for the longest is swept, and a full table takes nobody new.
 *
 * Thread: the lane's.
 */
#pragma once

#include "base/addr.h"
#include "base/clock.h"

struct remotes;
struct peer;

enum { REMOTES_MAX = 16384 };

#define REMOTES_IDLE (60 * SEC)

struct remotes *remotes_new(void);
struct remotes *remotes_free(struct remotes *s);

struct whose {
    struct peer *peer; /* NULL: the lane's below */
    uint8_t lane;
};

/* NULL: nobody's. */
const struct whose *remotes_find(struct remotes *s, const struct addr *from, usec_t now);
void remotes_put(struct remotes *s, const struct addr *from, struct whose whose, usec_t now);
/* All of a peer that goes. */
void remotes_forget(struct remotes *s, const struct peer *p);
void remotes_sweep(struct remotes *s, usec_t now);
