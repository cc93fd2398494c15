#include "media/allot.h"

enum { ROOM_TO_RISE = 110 }; /* percent of what it takes */

/* The next larger one, up to the best; -1: there is none. */
static int next_of(const struct allot *a, int layer)
{
    for (int i = layer + 1; i < PLANE_LAYERS && i <= a->best; i++) {
        if (a->rate[i] > 0)
            return i;
    }
    return -1;
}

static uint32_t step_cost(const struct allot *a, int to)
{
    const uint32_t has = a->given < 0 ? 0 : a->rate[a->given];

    return a->rate[to] > has ? a->rate[to] - has : 0;
}

static bool fits(const struct allot *a, int to, uint32_t cost, uint32_t left)
{
    if (to > a->had)
        return (uint64_t)cost * ROOM_TO_RISE <= (uint64_t)left * 100;
    return cost <= left;
}

static bool raise_one(struct allot *a, uint32_t *left, bool anyway)
{
    const int to = next_of(a, a->given);

    if (to < 0)
        return false;
    const uint32_t cost = step_cost(a, to);
    if (!anyway && !fits(a, to, cost, *left))
        return false;
    *left -= cost < *left ? cost : *left;
    a->given = to;
    return true;
}

static uint32_t lacking(const struct allot *pictures, size_t n)
{
    uint64_t sum = 0;
    bool less = false;

    for (size_t i = 0; i < n; i++) {
        const struct allot *a = &pictures[i];
        int best = a->given;
        for (int next = next_of(a, best); next >= 0; next = next_of(a, best))
            best = next;
        sum += best < 0 ? 0 : a->rate[best];
        less = less || best != a->given;
    }
    if (!less)
        return 0;
    sum = sum * ROOM_TO_RISE / 100; /* else nobody would rise */
    return sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
}

uint32_t allot_all(struct allot *pictures, size_t n, uint32_t budget, bool may_pause)
{
    uint32_t left = budget;
    bool raised = true;

    for (size_t i = 0; i < n; i++) {
        pictures[i].given = -1;
        (void)raise_one(&pictures[i], &left, !may_pause);
    }
    while (raised) {
        raised = false;
        for (size_t i = 0; i < n; i++) {
            if (pictures[i].given >= 0)
                raised = raise_one(&pictures[i], &left, false) || raised;
        }
    }
    return lacking(pictures, n);
}
