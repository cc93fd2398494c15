#include "api/mine.h"

#include "auth/people.h"
#include "base/map.h"

struct entry {
    struct id user; /* the key */
    struct buf json;
};

struct mine {
    struct store *store;
    struct map *entries;
    /* Counts what was told: a text that was read before the last event is not kept. */
    uint64_t told;
};

static struct entry *entry_free(struct entry *e)
{
    if (e)
        buf_done(&e->json);
    return mem_free(e);
}

static void on_event(const struct bus_event *e, void *arg)
{
    struct mine *m = arg;

    if (e->kind != BUS_EVENT || e->audience != BUS_TO_USER)
        return;
    m->told++;
    (void)entry_free(map_del(m->entries, id_span(&e->user)));
}

struct mine *mine_new(struct store *store, struct bus *bus)
{
    struct mine *m = mem_new(struct mine);

    m->store = store;
    m->entries = map_new();
    bus_subscribe(bus, on_event, m);
    return m;
}

static void forget_all(struct mine *m)
{
    size_t at = 0;
    struct entry *e;

    while ((e = map_next(m->entries, &at)) != NULL) {
        (void)map_del(m->entries, id_span(&e->user));
        (void)entry_free(e);
    }
}

struct mine *mine_free(struct mine *m)
{
    if (m) {
        forget_all(m);
        m->entries = map_free(m->entries);
    }
    return mem_free(m);
}

struct span mine_cached(const struct mine *m, const struct id *user)
{
    const struct entry *e = map_get(m->entries, id_span(user));

    return e ? buf_span(&e->json) : SPAN_NONE;
}

struct load {
    struct mine *mine;
    struct id user;
    uint64_t told;
    mine_fn *fn;
    void *arg;
};

static void keep(struct mine *m, const struct id *user, struct span json)
{
    struct entry *e = mem_new(struct entry);

    if (map_count(m->entries) >= MINE_MAX)
        forget_all(m);
    e->user = *user;
    buf_add_span(&e->json, json);
    (void)entry_free(map_del(m->entries, id_span(user)));
    (void)map_put(m->entries, id_span(&e->user), e);
}

static void on_loaded(int rc, const struct people *people, void *arg)
{
    struct load *load = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (rc >= 0) {
        me_write(&o, NULL, &people->rows[0]);
        if (load->told == load->mine->told)
            keep(load->mine, &load->user, buf_span(&json));
    }
    load->fn(rc < 0 ? rc : 0, buf_span(&json), load->arg);
    buf_done(&json);
    (void)mem_free(load);
}

void mine_load(struct mine *m, const struct actor *actor, mine_fn *fn, void *arg)
{
    struct load *load = mem_new(struct load);

    *load = (struct load){m, actor->user, m->told, fn, arg};
    people_me(m->store, actor, on_loaded, load);
}
