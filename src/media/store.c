#include "media/store.h"

#include "base/mem.h"

#include <assert.h>

struct item {
    struct packet packet;
    uint64_t at; /* of all bytes ever put */
    bool used;
};

struct store {
    size_t size;
    size_t numbers;
    uint64_t end; /* of all bytes ever put, gaps at the ring's end with them */
    uint8_t *bytes;
    struct item items[];
};

struct store *store_new(size_t bytes, size_t numbers)
{
    assert(numbers > 0 && (numbers & (numbers - 1)) == 0);
    struct store *s = mem_alloc(sizeof(*s) + numbers * sizeof(s->items[0]));

    s->size = bytes;
    s->numbers = numbers;
    s->bytes = mem_alloc(bytes);
    return s;
}

struct store *store_free(struct store *s)
{
    if (!s)
        return NULL;
    s->bytes = mem_free(s->bytes);
    return mem_free(s);
}

void store_put(struct store *s, const struct packet *p)
{
    struct item *i = &s->items[p->seq & (s->numbers - 1)];
    const size_t left = s->size - (size_t)(s->end % s->size);

    if (p->len > s->size || (i->used && i->packet.seq > p->seq))
        return;
    if (p->len > left)
        s->end += left; /* in one piece */
    memcpy(s->bytes + s->end % s->size, p->payload, p->len);
    i->packet = *p;
    i->packet.payload = s->bytes + s->end % s->size;
    i->at = s->end;
    i->used = true;
    s->end += p->len;
}

bool store_get(const struct store *s, uint64_t seq, struct packet *ret)
{
    const struct item *i = &s->items[seq & (s->numbers - 1)];

    if (!i->used || i->packet.seq != seq || s->end - i->at > s->size)
        return false;
    *ret = i->packet;
    return true;
}

void store_clear(struct store *s)
{
    for (size_t i = 0; i < s->numbers; i++)
        s->items[i].used = false;
}
