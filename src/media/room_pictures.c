/*
 * Which picture each slot has, and how fine: as the page wants them, as far as the line carries them.  What matters
 * most comes first: shared screens, then whoever speaks, then the order the page gave.
 */
#include "media/allot.h"
#include "media/room.h"

#include <stdlib.h>

#define CHOOSE_EVERY (100 * MSEC)

/* Bits a second of an encoding until it has been measured. */
static const uint32_t usual_rate[PLANE_LAYERS] = {150000, 500000, 1500000};

static const struct plane_want *wanted_in(const struct peer *to, size_t slot)
{
    for (size_t i = 0; i < to->view_count; i++) {
        if (to->view[i].slot == slot)
            return &to->view[i];
    }
    return NULL;
}

static void show(struct room *r, struct peer *to, size_t i)
{
    const struct plane_want *w = wanted_in(to, i);
    struct peer *from = w && i < to->terms.pairs ? room_peer(r, &w->leg) : NULL;

    if (!from || from == to) {
        slot_set(&to->video[i], NULL);
        return;
    }
    to->video[i].height = w->height;
    slot_set(&to->video[i], &from->sources[w->source]);
}

struct ranked {
    struct slot *slot;
    unsigned rank; /* smaller matters more */
};

static unsigned rank_of(const struct room *r, const struct slot *s, size_t in_view)
{
    if (s->source->kind == PLANE_SCREEN)
        return (unsigned)in_view;
    if (id_eq(&s->source->peer->leg, &r->dominant))
        return PLANE_PAIRS_MAX;
    return PLANE_PAIRS_MAX + 1 + (unsigned)in_view;
}

static int by_rank(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;

    return (x->rank > y->rank) - (x->rank < y->rank);
}

static size_t rank_slots(const struct room *r, struct peer *to, struct ranked *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < to->view_count && n < PLANE_PAIRS_MAX; i++) {
        const size_t at = to->view[i].slot;
        struct slot *s = at < to->terms.pairs ? &to->video[at] : NULL;
        if (s && s->source && s->source->on && s->height > 0)
            ret[n++] = (struct ranked){s, rank_of(r, s, i)};
    }
    qsort(ret, n, sizeof(ret[0]), by_rank);
    return n;
}

static void describe(const struct slot *s, struct allot *a, usec_t now)
{
    *a = (struct allot){.best = source_layer_for(s->source, s->height, now), .had = s->want};
    for (int i = 0; i < PLANE_LAYERS; i++) {
        const struct encoding *e = &s->source->encodings[i];
        const int usual = s->source->kind == PLANE_SCREEN ? PLANE_HIGH : i;
        if (encoding_alive(e, now))
            a->rate[i] = e->rate > 0 ? e->rate : usual_rate[usual];
    }
}

static void choose(struct room *r, struct peer *to, usec_t now)
{
    struct ranked ranked[PLANE_PAIRS_MAX];
    struct allot pictures[PLANE_PAIRS_MAX];
    const size_t n = rank_slots(r, to, ranked);

    for (size_t i = 0; i < n; i++)
        describe(ranked[i].slot, &pictures[i], now);
    to->line.lacks = allot_all(pictures, n, peer_line_budget(to), to->line.estimate.full_once);
    for (size_t i = 0; i < to->terms.pairs; i++)
        to->video[i].chosen = false;
    for (size_t i = 0; i < n; i++) {
        struct slot *s = ranked[i].slot;
        s->chosen = true;
        s->weak = pictures[i].given < 0 && pictures[i].best >= 0;
        slot_choose(s, pictures[i].given, now);
    }
    for (size_t i = 0; i < to->terms.pairs; i++) {
        struct slot *s = &to->video[i];
        if (s->chosen)
            continue;
        s->weak = false;
        slot_choose(s, -1, now);
    }
}

void room_give_pictures(struct room *r, struct peer *to, usec_t now)
{
    if (to->view_changed) {
        to->view_changed = false;
        to->chosen_at = 0;
        for (size_t i = 0; i < PLANE_PAIRS_MAX; i++)
            show(r, to, i);
    }
    if (now < to->chosen_at + CHOOSE_EVERY && to->chosen_at != 0)
        return;
    to->chosen_at = now;
    choose(r, to, now);
}
