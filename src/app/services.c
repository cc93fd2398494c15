#include "app/services.h"

#include "base/mem.h"
#include "os/dial.h"
#include "store/postgres_hosts.h"

#include <string.h>

/* Where one host was when its name was last found. */
struct place {
    struct addr found[SERVICES_HOST_MAX];
    size_t count;
};

struct services {
    struct loop *loop;
    struct timer again;
    struct look *look; /* under way */
    services_look_fn *look_up;
    services_fn *fn;
    void *arg;
    struct buf hosts; /* with commas between */
    struct place places[SERVICES_HOSTS_MAX];
};

/* Outlives its services where those end first. */
struct look {
    struct services *services; /* NULL: nobody waits for it */
    services_look_fn *look_up;
    struct buf hosts;
    struct place places[SERVICES_HOSTS_MAX];
};

/* A host whose name is not found now stays where it was: no relay may reach it because a name server rests. */
static void work(void *arg)
{
    struct look *k = arg;
    struct span rest = buf_span(&k->hosts);
    struct span one;

    for (size_t i = 0; i < SERVICES_HOSTS_MAX && span_split(&rest, ',', &one); i++) {
        struct buf host = {0};
        struct place now;
        buf_add_span(&host, one);
        now.count = k->look_up(buf_cstr(&host), 0, now.found, SERVICES_HOST_MAX);
        if (now.count > 0)
            k->places[i] = now;
        buf_done(&host);
    }
}

static void tell(const struct services *s)
{
    struct addr found[SERVICES_MAX];
    size_t n = 0;

    for (size_t i = 0; i < SERVICES_HOSTS_MAX; i++) {
        const struct place *p = &s->places[i];
        memcpy(found + n, p->found, p->count * sizeof(found[0]));
        n += p->count;
    }
    if (n > 0)
        s->fn(found, n, s->arg);
}

static void done(void *arg)
{
    struct look *k = arg;
    struct services *s = k->services;

    if (s) {
        s->look = NULL;
        memcpy(s->places, k->places, sizeof(s->places));
        tell(s);
        timer_after(&s->again, SERVICES_EVERY);
    }
    buf_done(&k->hosts);
    (void)mem_free(k);
}

static void look(void *arg)
{
    struct services *s = arg;
    struct look *k = mem_new(struct look);

    s->look = k;
    k->services = s;
    k->look_up = s->look_up;
    memcpy(k->places, s->places, sizeof(k->places));
    buf_add_span(&k->hosts, buf_span(&s->hosts));
    loop_work(s->loop, work, done, k);
}

void services_look_now(struct services *s)
{
    if (!s->look && s->hosts.len > 0)
        look(s);
}

struct services *services_new(struct loop *l, const struct config *conf, services_look_fn *look_up,
                              services_fn *fn, void *arg)
{
    struct services *s = mem_new(struct services);

    s->loop = l;
    s->look_up = look_up ? look_up : dial_look_up;
    s->fn = fn;
    s->arg = arg;
    timer_init(&s->again, l, look, s);
    if (conf->database_url)
        postgres_hosts(conf->database_url, &s->hosts);
    services_look_now(s);
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
