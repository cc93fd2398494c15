#include "base/arena.h"

#include <stdalign.h>

/* Chunks double from the first to the greatest size; what is larger gets a chunk of its own. */
enum { CHUNK_FIRST = 1024, CHUNK_MAX = 64 * 1024 };

struct chunk {
    struct chunk *next;
    size_t used;
    size_t size;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct chunk *chunks; /* the one in use first */
    size_t next_size;
};

struct arena *arena_new(void)
{
    struct arena *a = mem_new(struct arena);

    a->next_size = CHUNK_FIRST;
    return a;
}

struct arena *arena_free(struct arena *a)
{
    while (a && a->chunks) {
        struct chunk *next = a->chunks->next;

        mem_free(a->chunks);
        a->chunks = next;
    }
    return mem_free(a);
}

static struct chunk *add_chunk(struct arena *a, size_t need)
{
    const size_t size = need > a->next_size ? need : a->next_size;
    size_t total = 0;

    if (__builtin_add_overflow(size, sizeof(struct chunk), &total))
        abort();
    struct chunk *c = mem_alloc(total);
    c->size = size;
    c->next = a->chunks;
    a->chunks = c;
    if (a->next_size < CHUNK_MAX)
        a->next_size *= 2;
    return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t need = 0;

    if (__builtin_add_overflow(size, align - 1, &need))
        abort();
    need &= ~(align - 1);

    struct chunk *c = a->chunks;
    if (!c || c->size - c->used < need)
        c = add_chunk(a, need);
    void *p = c->bytes + c->used;
    c->used += need;
    return p;
}

const char *arena_str(struct arena *a, struct span s)
{
    size_t size = 0;

    if (__builtin_add_overflow(s.len, 1, &size))
        abort();
    char *copy = arena_alloc(a, size);
    if (s.len > 0)
        memcpy(copy, s.p, s.len);
    return copy;
}

struct span arena_span(struct arena *a, struct span s)
{
    if (!s.p)
        return SPAN_NONE;
    return (struct span){arena_str(a, s), s.len};
}
