/*
 * pli - when to ask a sender for a key frame (RFC 4585, 6.3.1): soon for the first who needs one, and once for
 * all who need one in between.
 *
 * Pure; a value.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/clock.h"

#include <stdbool.h>

/* Between two requests: encoders pay for each (MEDIA: 200 ms to a second). */
#define PLI_PAUSE (300 * MSEC)
/* For a key frame that was asked for. */
#define PLI_PATIENCE SEC

struct pli {
    usec_t asked; /* 0: never */
    bool wanted;
};

static inline void pli_want(struct pli *p)
{
    p->wanted = true;
}

/* A key frame has come. */
static inline void pli_answered(struct pli *p)
{
    p->wanted = false;
}

/* True: ask now; it counts as asked. */
static inline bool pli_due(struct pli *p, usec_t now)
{
    if (!p->wanted || (p->asked != 0 && now < p->asked + PLI_PAUSE))
        return false;
    p->asked = now;
    return true;
}
