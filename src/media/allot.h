/*
 * allot - which encoding of each picture a line has room for.
 *
 * First each picture gets its smallest encoding, in the order of what matters most; then each is raised by one step,
 * in the same order, round after round, until nothing more fits.  What fits for none is paused.  A picture goes up
 * only when there is more room than just enough, so that it does not go up and down.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "media/plane.h"

struct allot {
    uint32_t rate
        [PLANE_LAYERS]; /* bits a second of the encodings there are, smallest first; 0: not there */
    int best;           /* more than this one is not wanted */
    int had;            /* what it has now; -1: none */
    int given;          /* out; -1: paused */
};

/* The pictures in the order of what matters most, and what they may take together, in bits a second.  may_pause: else
 * each gets its smallest, whatever it takes.  Returns what all would take at their best; 0: they have it. */
uint32_t allot_all(struct allot *pictures, size_t n, uint32_t budget, bool may_pause);
