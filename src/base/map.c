#include "base/map.h"

#include <assert.h>

/*
 * Linear probing.  A slot is empty (value NULL), taken, or a grave: an entry was deleted there and
 * probes must go on past it.  Graves, not shifting, keep every entry in its place while a walk
 * goes on.  At most three quarters of the slots are taken or graves; a rebuild drops the graves.
 */
enum { CAP_FIRST = 16 };

struct slot {
    uint64_t hash;
    struct span key;
    void *value;
};

struct map {
    struct slot *slots;
    size_t cap; /* a power of two, or 0 */
    size_t count;
    size_t used; /* entries and graves */
};

static char grave;

static bool taken(const struct slot *s)
{
    return s->value && s->value != &grave;
}

struct map *map_new(void)
{
    return mem_new(struct map);
}

struct map *map_free(struct map *m)
{
    if (m)
        mem_free(m->slots);
    return mem_free(m);
}

size_t map_count(const struct map *m)
{
    return m->count;
}

static struct slot *find(const struct map *m, struct span key, uint64_t hash)
{
    if (m->cap == 0)
        return NULL;
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct slot *s = &m->slots[i];

        if (!s->value)
            return NULL;
        if (s->value != &grave && s->hash == hash && span_eq(s->key, key))
            return s;
    }
}

/* A free slot for a key that is not in the map; there is always one. */
static struct slot *vacant(const struct map *m, uint64_t hash)
{
    size_t i = hash & (m->cap - 1);

    while (taken(&m->slots[i]))
        i = (i + 1) & (m->cap - 1);
    return &m->slots[i];
}

static void rebuild(struct map *m)
{
    struct slot *old = m->slots;
    const size_t old_cap = m->cap;

    /* Half full at most, so that the next rebuild is far off. */
    m->cap = CAP_FIRST;
    while (m->cap < 2 * (m->count + 1))
        m->cap *= 2;
    m->slots = mem_array(struct slot, m->cap);
    for (size_t i = 0; i < old_cap; i++) {
        if (taken(&old[i]))
            *vacant(m, old[i].hash) = old[i];
    }
    m->used = m->count;
    mem_free(old);
}

void *map_get(const struct map *m, struct span key)
{
    const struct slot *s = m->count ? find(m, key, span_hash(key)) : NULL;

    return s ? s->value : NULL;
}

void *map_put(struct map *m, struct span key, void *value)
{
    const uint64_t hash = span_hash(key);
    struct slot *s = find(m, key, hash);

    assert(value);
    if (s) {
        void *before = s->value;

        /* The key too: the old one usually stands in the old value. */
        s->key = key;
        s->value = value;
        return before;
    }
    if (4 * (m->used + 1) > 3 * m->cap)
        rebuild(m);
    s = vacant(m, hash);
    m->used += s->value == NULL;
    m->count++;
    *s = (struct slot){hash, key, value};
    return NULL;
}

void *map_del(struct map *m, struct span key)
{
    struct slot *s = find(m, key, span_hash(key));

    if (!s)
        return NULL;
    void *value = s->value;
    const struct slot *next = &m->slots[((size_t)(s - m->slots) + 1) & (m->cap - 1)];

    /* At the end of its chain no probe has to pass it. */
    *s = (struct slot){.value = next->value ? &grave : NULL};
    m->used -= s->value == NULL;
    m->count--;
    return value;
}

void *map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        const struct slot *s = &m->slots[(*at)++];

        if (taken(s))
            return s->value;
    }
    return NULL;
}
