#include "turn/ports.h"

#include "base/mem.h"
#include "base/rand.h"

#include <errno.h>
#include <unistd.h>

void ports_init(struct ports *p, uint16_t first, uint16_t last, size_t index, size_t n)
{
    const size_t all = (size_t)last - first + 1;

    p->step = (uint16_t)n;
    p->first = (uint16_t)(first + index);
    p->count = (uint16_t)(index < all ? (all - index + n - 1) / n : 0);
    p->v4 = mem_array(struct relay *, p->count + 1UL);
    p->v6 = mem_array(struct relay *, p->count + 1UL);
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
        o.at.port = (uint16_t)(p->first + place * p->step);
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
    table(p, r->family)[(r->port - p->first) / p->step] = NULL;
    list_del(&r->dirty);
    (void)close(r->fd);
    return mem_free(r);
}

struct relay *ports_find(const struct ports *p, uint8_t family, uint16_t port)
{
    if (port < p->first || (port - p->first) % p->step != 0)
        return NULL;
    const size_t place = (size_t)(port - p->first) / p->step;
    return place < p->count ? table(p, family)[place] : NULL;
}
