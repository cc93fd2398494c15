/*
 * fuzz - what the fuzzers share: one entry that libFuzzer calls, and checks that end the run.
 */
#pragma once

#include "base/span.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An assert that no build leaves out. */
#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond))                                                                               \
            abort();                                                                               \
    } while (0)

/* Takes one byte off *s to decide by; 0 when there is none. */
static inline uint8_t fuzz_byte(struct span *s)
{
    const uint8_t b = s->len > 0 ? (uint8_t)s->p[0] : 0;

    *s = span_sub(*s, 1, s->len);
    return b;
}
