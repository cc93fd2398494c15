#include "media/remotes.h"

#include "base/list.h"
#include "base/map.h"

enum { KEY = 19 };

struct row {
    struct whose whose;
    struct list link; /* the one that was used last at the end */
    usec_t used;
    uint8_t key[KEY];
};

struct remotes {
    struct map *rows;
    struct list by_use;
};

static void key_of(const struct addr *a, uint8_t ret[KEY])
{
    memcpy(ret, a->ip, 16);
    memcpy(ret + 16, &a->port, 2);
    ret[18] = a->family;
}

static struct row *row_of(struct list *link)
{
    return container_of(link, struct row, link);
}

struct remotes *remotes_new(void)
{
    struct remotes *s = mem_new(struct remotes);

    s->rows = map_new();
    list_init(&s->by_use);
    return s;
}

static void drop(struct remotes *s, struct row *r)
{
    (void)map_del(s->rows, span_of(r->key, KEY));
    list_del(&r->link);
    (void)mem_free(r);
}

struct remotes *remotes_free(struct remotes *s)
{
    if (!s)
        return NULL;
    LIST_EACH_SAFE (&s->by_use, it)
        drop(s, row_of(it));
    s->rows = map_free(s->rows);
    return mem_free(s);
}

static void use(struct remotes *s, struct row *r, usec_t now)
{
    /* not at each packet: a second more or less makes no difference */
    if (now < r->used + SEC)
        return;
    r->used = now;
    list_del(&r->link);
    list_add_tail(&s->by_use, &r->link);
}

const struct whose *remotes_find(struct remotes *s, const struct addr *from, usec_t now)
{
    uint8_t key[KEY];

    key_of(from, key);
    struct row *r = map_get(s->rows, span_of(key, KEY));
    if (!r)
        return NULL;
    use(s, r, now);
    return &r->whose;
}

void remotes_put(struct remotes *s, const struct addr *from, struct whose whose, usec_t now)
{
    uint8_t key[KEY];

    key_of(from, key);
    struct row *r = map_get(s->rows, span_of(key, KEY));
    if (r) {
        r->whose = whose;
        use(s, r, now);
        return;
    }
    if (map_count(s->rows) >= REMOTES_MAX)
        return;
    r = mem_new(struct row);
    r->whose = whose;
    r->used = now;
    memcpy(r->key, key, KEY);
    list_init(&r->link);
    list_add_tail(&s->by_use, &r->link);
    (void)map_put(s->rows, span_of(r->key, KEY), r);
}

void remotes_forget(struct remotes *s, const struct peer *p)
{
    LIST_EACH_SAFE (&s->by_use, it) {
        if (row_of(it)->whose.peer == p)
            drop(s, row_of(it));
    }
}

void remotes_sweep(struct remotes *s, usec_t now)
{
    LIST_EACH_SAFE (&s->by_use, it) {
        if (now < row_of(it)->used + REMOTES_IDLE)
            return;
        drop(s, row_of(it));
    }
}
