#include "port/census.h"

#include "base/map.h"

struct census {
    struct map *visitors;
    size_t per_ip;
    size_t total;
    size_t count;
    bool ended;
};

struct visitor {
    struct census *census;
    size_t count;
    struct addr peer; /* its site is the key */
};

struct census *census_new(size_t per_ip, size_t total)
{
    struct census *c = mem_new(struct census);

    c->visitors = map_new();
    c->per_ip = per_ip;
    c->total = total;
    return c;
}

static void end(struct census *c)
{
    if (!c->ended || c->count > 0)
        return;
    c->visitors = map_free(c->visitors);
    (void)mem_free(c);
}

struct census *census_free(struct census *c)
{
    if (!c)
        return NULL;
    c->ended = true;
    end(c);
    return NULL;
}

static void leave(void *arg)
{
    struct visitor *v = arg;
    struct census *c = v->census;

    c->count--;
    if (--v->count == 0) {
        (void)map_del(c->visitors, addr_site(&v->peer));
        (void)mem_free(v);
    }
    end(c);
}

bool census_admit(struct census *c, struct stream *st, bool many)
{
    const struct addr *peer = stream_peer(st);
    struct visitor *v = map_get(c->visitors, addr_site(peer));

    if (c->count >= c->total || (v && !many && v->count >= c->per_ip))
        return false;
    if (!v) {
        v = mem_new(struct visitor);
        v->census = c;
        v->peer = *peer;
        (void)map_put(c->visitors, addr_site(&v->peer), v);
    }
    v->count++;
    c->count++;
    stream_on_free(st, leave, v);
    return true;
}

size_t census_count(const struct census *c)
{
    return c->count;
}
