#include "base/rand.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* State of a test's sequence (SplitMix64); 0 means the kernel. */
static _Thread_local uint64_t seeded;

static uint64_t next_seeded(void)
{
    seeded += 0x9e3779b97f4a7c15U;
    if (seeded == 0) /* the one state that would mean "the kernel" */
        seeded = 1;

    uint64_t z = seeded;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static void fill_seeded(unsigned char *p, size_t n)
{
    while (n > 0) {
        const uint64_t word = next_seeded();
        const size_t part = n < sizeof(word) ? n : sizeof(word);

        memcpy(p, &word, part);
        p += part;
        n -= part;
    }
}

void rand_bytes(void *p, size_t n)
{
    unsigned char *at = p;

    if (seeded) {
        fill_seeded(at, n);
        return;
    }
    while (n > 0) {
        const ssize_t got = getrandom(at, n, 0);

        if (got < 0 && errno != EINTR)
            abort();
        if (got > 0) {
            at += got;
            n -= (size_t)got;
        }
    }
}

uint64_t rand_below(uint64_t limit)
{
    assert(limit > 0);
    /* Draws below this would make the small remainders likelier than the large ones. */
    const uint64_t biased = (0 - limit) % limit;
    uint64_t v = 0;

    do {
        rand_bytes(&v, sizeof(v));
    } while (v < biased);
    return v % limit;
}

void rand_seed(uint64_t seed)
{
    seeded = seed;
}
