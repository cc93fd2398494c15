#include "app/services.h"

#include "base/mem.h"
#include "os/dial.h"
#include "store/postgres_hosts.h"

struct services {
    struct loop *loop;
    struct timer again;
    struct look *look; /* under way */
    services_fn *fn;
    void *arg;
    struct buf hosts; /* with commas between */
};

/* Outlives its services where those end first. */
struct look {
    struct services *services; /* NULL: nobody waits for it */
    struct buf hosts;
    struct addr found[SERVICES_MAX];
    size_t count;
};

static void work(void *arg)
{
    struct look *k = arg;
    struct span rest = buf_span(&k->hosts);
    struct span one;

    while (span_split(&rest, ',', &one) && k->count < SERVICES_MAX) {
        struct buf host = {0};
        buf_add_span(&host, one);
        k->count += dial_look_up(buf_cstr(&host), 0, k->found + k->count, SERVICES_MAX - k->count);
        buf_done(&host);
    }
}

static void done(void *arg)
{
    struct look *k = arg;
    struct services *s = k->services;

    if (s) {
        s->look = NULL;
        if (k->count > 0)
            s->fn(k->found, k->count, s->arg);
        timer_after(&s->again, SERVICES_EVERY);
    }
    buf_done(&k->hosts);
    (void)mem_free(k);
}

static void look(void *arg)
{
    struct services *s = arg;

    s->look = mem_new(struct look);
    s->look->services = s;
    buf_add_span(&s->look->hosts, buf_span(&s->hosts));
    loop_work(s->loop, work, done, s->look);
}

struct services *services_new(struct loop *l, const struct config *conf, services_fn *fn, void *arg)
{
    struct services *s = mem_new(struct services);

    s->loop = l;
    s->fn = fn;
    s->arg = arg;
    timer_init(&s->again, l, look, s);
    if (conf->database_url)
        postgres_hosts(conf->database_url, &s->hosts);
    if (s->hosts.len > 0)
        look(s);
    return s;
}

struct services *services_free(struct services *s)
{
    if (!s)
        return NULL;
    timer_stop(&s->again);
    if (s->look)
        s->look->services = NULL;
    buf_done(&s->hosts);
    return mem_free(s);
}
