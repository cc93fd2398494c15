#include "base/bucket.h"

#include "base/map.h"

#include <assert.h>

/*
 * A bucket is kept as the time when it will be full (GCRA): taking a token moves that time one
 * refill on, and a bucket is empty when it lies a whole burst ahead.  A bucket that is full says
 * nothing that a new one would not, so the table is a heap with the earliest such time on top:
 * the top is what may be forgotten.
 */
struct entry {
    uint64_t key; /* span_hash of the caller's: 64 bits under a secret key do not collide */
    struct bucket bucket;
    size_t at; /* its place in the heap */
};

struct buckets {
    struct bucket_conf conf;
    size_t max;
    size_t count;
    struct entry **heap;
    struct map *map;
};

usec_t bucket_take_many(struct bucket *b, const struct bucket_conf *conf, uint32_t n, usec_t now)
{
    const usec_t from = b->full_at > now ? b->full_at : now;
    const usec_t until = from + (n < conf->burst ? n : conf->burst) * conf->refill;
    const usec_t room = conf->burst * conf->refill;

    if (until - now > room)
        return until - now - room;
    b->full_at = until;
    return 0;
}

usec_t bucket_take(struct bucket *b, const struct bucket_conf *conf, usec_t now)
{
    return bucket_take_many(b, conf, 1, now);
}

static struct span key_of(const struct entry *e)
{
    return span_of(&e->key, sizeof(e->key));
}

static bool before(const struct entry *a, const struct entry *b)
{
    return a->bucket.full_at < b->bucket.full_at;
}

static void place(struct buckets *t, struct entry *e, size_t at)
{
    t->heap[at] = e;
    e->at = at;
}

static void sift_up(struct buckets *t, struct entry *e)
{
    size_t at = e->at;

    for (; at > 0 && before(e, t->heap[(at - 1) / 2]); at = (at - 1) / 2)
        place(t, t->heap[(at - 1) / 2], at);
    place(t, e, at);
}

static void sift_down(struct buckets *t, struct entry *e)
{
    size_t at = e->at;

    for (;;) {
        size_t child = 2 * at + 1;

        if (child + 1 < t->count && before(t->heap[child + 1], t->heap[child]))
            child++;
        if (child >= t->count || !before(t->heap[child], e))
            break;
        place(t, t->heap[child], at);
        at = child;
    }
    place(t, e, at);
}

static void forget_top(struct buckets *t)
{
    struct entry *top = t->heap[0];
    struct entry *last = t->heap[--t->count];

    if (last != top) {
        place(t, last, 0);
        sift_down(t, last);
    }
    map_del(t->map, key_of(top));
    mem_free(top);
}

static struct entry *add(struct buckets *t, uint64_t key, usec_t now)
{
    /* Two out for one in: what is full does not stay for long, at a bounded price. */
    for (int i = 0; i < 2 && t->count > 0; i++) {
        if (t->heap[0]->bucket.full_at > now && t->count < t->max)
            break;
        forget_top(t);
    }
    struct entry *e = mem_new(struct entry);
    e->key = key;
    e->bucket.full_at = now;
    map_put(t->map, key_of(e), e);
    place(t, e, t->count++);
    sift_up(t, e);
    return e;
}

struct buckets *buckets_new(const struct bucket_conf *conf, size_t max_keys)
{
    assert(max_keys > 0 && conf->burst > 0);
    struct buckets *t = mem_new(struct buckets);
    t->conf = *conf;
    t->max = max_keys;
    t->heap = mem_array(struct entry *, max_keys);
    t->map = map_new();
    return t;
}

struct buckets *buckets_free(struct buckets *t)
{
    if (!t)
        return NULL;
    for (size_t i = 0; i < t->count; i++)
        mem_free(t->heap[i]);
    mem_free(t->heap);
    t->map = map_free(t->map);
    return mem_free(t);
}

usec_t buckets_take(struct buckets *t, struct span key, usec_t now)
{
    return buckets_take_many(t, key, 1, now);
}

usec_t buckets_take_many(struct buckets *t, struct span key, uint32_t n, usec_t now)
{
    const uint64_t hash = span_hash(key);
    struct entry *e = map_get(t->map, span_of(&hash, sizeof(hash)));

    if (!e)
        e = add(t, hash, now);
    const usec_t wait = bucket_take_many(&e->bucket, &t->conf, n, now);
    sift_down(t, e);
    return wait;
}

void buckets_give(struct buckets *t, struct span key)
{
    const uint64_t hash = span_hash(key);
    struct entry *e = map_get(t->map, span_of(&hash, sizeof(hash)));

    if (!e)
        return;
    e->bucket.full_at -= e->bucket.full_at < t->conf.refill ? e->bucket.full_at : t->conf.refill;
    sift_up(t, e);
}
