#include "turn/ports.h"

#include "base/mem.h"
#include "base/rand.h"

#include <errno.h>
#include <unistd.h>

enum { PAIR = 2 };

size_t ports_loop(uint16_t first, uint16_t port, size_t n)
{
    return (size_t)(port - first) / PAIR % n;
}

void ports_init(struct ports *p, uint16_t first, uint16_t last, size_t index, size_t n)
{
    const size_t pairs = ((size_t)last - first + 1) / PAIR;

    p->first = first;
    p->index = index;
    p->loops = n;
    p->count = (uint16_t)(index < pairs ? PAIR * ((pairs - index + n - 1) / n) : 0);
    p->v4 = mem_array(struct relay *, p->count + 1UL);
    p->v6 = mem_array(struct relay *, p->count + 1UL);
}

uint16_t ports_at(const struct ports *p, size_t place)
{
    return (uint16_t)(p->first + PAIR * (place / PAIR * p->loops + p->index) + place % PAIR);
}

static size_t place_of(const struct ports *p, uint16_t port)
{
    const size_t offset = (size_t)(port - p->first);

    return PAIR * (offset / PAIR / p->loops) + offset % PAIR;
}

void ports_done(struct ports *p)
{
    p->v4 = mem_free((void *)p->v4);
    p->v6 = mem_free((void *)p->v6);
}

static struct relay **table(const struct ports *p, uint8_t family)
{
    return family == 6 ? p->v6 : p->v4;
}

static struct relay *relay_new(int fd, const struct addr *at, uint16_t port)
{
    struct relay *r = mem_new(struct relay);

    r->fd = fd;
    r->port = port;
    r->family = at->family;
    list_init(&r->dirty);
    return r;
}

int ports_open(struct ports *p, const struct addr *ip, bool even, struct relay **ret)
{
    struct udp_open o = {.at = *ip, .buffer = RELAY_BUFFER};

    for (int i = 0; i < PORTS_TRIES && p->count > 0; i++) {
        const size_t place = (size_t)rand_below(p->count);
        struct relay **slot = &table(p, ip->family)[place];
        o.at.port = ports_at(p, place);
        if (*slot || (even && o.at.port % 2 != 0))
            continue;
        int fd;
        const int rc = udp_open(&o, &fd);
        if (rc == 0) {
            *slot = *ret = relay_new(fd, ip, o.at.port);
            return 0;
        }
        if (rc != -EADDRINUSE)
            return rc;
    }
    return -ENOSPC;
}

struct relay *ports_close(struct ports *p, struct relay *r)
{
    table(p, r->family)[place_of(p, r->port)] = NULL;
    list_del(&r->dirty);
    (void)close(r->fd);
    return mem_free(r);
}

struct relay *ports_find(const struct ports *p, uint8_t family, uint16_t port)
{
    if (port < p->first || ports_loop(p->first, port, p->loops) != p->index)
        return NULL;
    const size_t place = place_of(p, port);
    return place < p->count ? table(p, family)[place] : NULL;
}
