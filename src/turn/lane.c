#include "base/log.h"
#include "base/metric.h"
#include "turn/lane_inside.h"

#include <assert.h>

#define SWEEP_EVERY SEC
#define LOOK_EVERY  (30 * SEC) /* at the machine's own addresses */

static struct metric allocations =
    METRIC_GAUGE("convene_turn_allocations", "Relays that clients have");
static struct metric packets =
    METRIC_COUNTER("convene_turn_packets_total", "Packets relayed, both ways");
static struct metric bytes = METRIC_COUNTER("convene_turn_bytes_total", "Bytes relayed, both ways");

#define DROPPED(why)                                                                               \
    METRIC_COUNTER("convene_turn_dropped_total{why=\"" why "\"}", "Packets that were not relayed")
static struct metric dropped[CORE_DROPS] = {
    [CORE_DROP_PEER] = DROPPED("peer"),
    [CORE_DROP_CHANNEL] = DROPPED("channel"),
    [CORE_DROP_RATE] = DROPPED("rate"),
};

static struct metric challenged =
    METRIC_COUNTER("convene_turn_challenged_total",
                   "Requests without a signature, as every client begins with, or a stale one");

#define REFUSED(code)                                                                              \
    METRIC_COUNTER("convene_turn_refused_total{code=\"" code "\"}",                                \
                   "Requests of STUN and TURN answered by an error")
static struct metric refused[CORE_REFUSALS] = {
    [CORE_REFUSED_WORD] = REFUSED("401"),    [CORE_REFUSED_PEER] = REFUSED("403"),
    [CORE_REFUSED_QUOTA] = REFUSED("486"),   [CORE_REFUSED_FULL] = REFUSED("508"),
    [CORE_REFUSED_OTHER] = REFUSED("other"),
};
static struct metric overflown =
    METRIC_COUNTER("convene_media_overflown_total",
                   "Datagrams at MEDIA_PORT that came faster than they were read");

struct core_time turn_lane_time(const struct turn_lane *l)
{
    return (struct core_time){loop_now(l->conf.loop), loop_wall(l->conf.loop)};
}

static void on_datagram(struct udp_in *in, void *arg)
{
    struct turn_lane *l = arg;
    const struct core_time t = turn_lane_time(l);
    const struct path from = {.client = in->from, .local = in->local, .kind = PATH_UDP};

    core_input(l->core, &from, in->p, in->len, &t);
}

static void after_batch(void *arg)
{
    turn_lane_flush(arg);
}

static void on_flush(void *arg)
{
    turn_lane_flush(arg);
}

static void count(struct turn_lane *l, size_t before)
{
    const struct core_count c = core_take_count(l->core);

    metric_add(&allocations, (int64_t)core_allocations(l->core) - (int64_t)before);
    metric_add(&packets, (int64_t)c.packets);
    metric_add(&bytes, (int64_t)c.bytes);
    metric_add(&challenged, (int64_t)c.challenged);
    for (int i = 0; i < CORE_DROPS; i++)
        metric_add(&dropped[i], (int64_t)c.dropped[i]);
    for (int i = 0; i < CORE_REFUSALS; i++)
        metric_add(&refused[i], (int64_t)c.refused[i]);
}

static void count_overflow(struct turn_lane *l)
{
    if (!l->conf.datagrams)
        return;
    const uint32_t now = datagrams_overflown(l->conf.datagrams);
    metric_add(&overflown, (int64_t)(uint32_t)(now - l->overflown));
    l->overflown = now;
}

static void on_sweep(void *arg)
{
    struct turn_lane *l = arg;
    const usec_t now = loop_now(l->conf.loop);

    if (now >= l->looked + LOOK_EVERY) {
        l->looked = now;
        peers_look(&l->peers, l->conf.public_ips, l->conf.public_count);
    }
    core_sweep(l->core, now);
    turn_clients_sweep(l);
    count(l, l->told);
    l->told = core_allocations(l->core);
    count_overflow(l);
    timer_after(&l->sweep, SWEEP_EVERY);
}

struct turn_lane *turn_lane_new(const struct turn_lane_conf *conf)
{
    struct turn_lane *l = mem_new(struct turn_lane);

    l->conf = *conf;
    l->peers = *conf->peers;
    peers_look(&l->peers, conf->public_ips, conf->public_count);
    l->core = core_new(&(struct core_conf){.ops = &turn_lane_ops,
                                           .arg = l,
                                           .secret = conf->secret,
                                           .peers = &l->peers,
                                           .user_kbit = conf->user_kbit,
                                           .limits = conf->limits});
    ports_init(&l->ports, conf->relay_first, conf->relay_last, conf->index, conf->count);
    l->sender = udp_sender_new();
    l->receiver = udp_receiver_new(CORE_HEADROOM, DATAGRAM_MAX, CORE_TAILROOM);
    list_init(&l->dirty);
    list_init(&l->dirty_clients);
    list_init(&l->idle_clients);
    list_init(&l->ended_clients);
    l->clients = map_new();
    defer_init(&l->flush, on_flush, l);
    defer_init(&l->reap, turn_clients_reap, l);
    timer_init(&l->sweep, conf->loop, on_sweep, l);
    if (conf->datagrams) {
        datagrams_own(conf->datagrams, DATAGRAM_STUN, on_datagram, after_batch, l);
        datagrams_own(conf->datagrams, DATAGRAM_CHANNEL, on_datagram, NULL, l);
        datagrams_own_inside(conf->datagrams, turn_lane_inside, l);
    }
    return l;
}

void turn_lane_start(struct turn_lane *l)
{
    l->looked = loop_now(l->conf.loop);
    timer_after(&l->sweep, SWEEP_EVERY);
}

struct turn_lane *turn_lane_free(struct turn_lane *l)
{
    if (!l)
        return NULL;
    timer_stop(&l->sweep);
    defer_cancel(&l->flush);
    defer_cancel(&l->reap);
    turn_clients_free(l);
    l->core = core_free(l->core);
    ports_done(&l->ports);
    for (size_t i = 0; i < LANES_MAX; i++)
        l->crossings[i] = mem_free(l->crossings[i]);
    l->to_port = mem_free(l->to_port);
    l->clients = map_free(l->clients);
    l->sender = udp_sender_free(l->sender);
    l->receiver = udp_receiver_free(l->receiver);
    l->frames = mem_free(l->frames);
    return mem_free(l);
}

/* What others have for a lane, as a value. */
struct told {
    struct turn_lane *lane;
    struct path from;
    struct span request;
    struct id id;
    enum admission verdict;
};

static void on_admitted(void *arg)
{
    struct told *t = arg;
    const struct core_time time = turn_lane_time(t->lane);

    core_admitted(t->lane->core, &t->from, t->request, &t->id, t->verdict, &time);
    turn_lane_flush(t->lane);
    (void)mem_free((void *)t->request.p);
    (void)mem_free(t);
}

void turn_lane_admitted(struct turn_lane *l, const struct path *from, struct span request,
                        const struct id *user, enum admission verdict)
{
    struct told *t = mem_new(struct told);

    *t = (struct told){l, *from, request, *user, verdict};
    loop_post(l->conf.loop, on_admitted, t);
}

static void on_session_ended(void *arg)
{
    struct told *t = arg;

    core_end_session(t->lane->core, &t->id);
    (void)mem_free(t);
}

void turn_lane_end_session(struct turn_lane *l, const struct id *session)
{
    struct told *t = mem_new(struct told);

    t->lane = l;
    t->id = *session;
    loop_post(l->conf.loop, on_session_ended, t);
}

struct denial {
    struct turn_lane *lane;
    size_t count;
    struct addr addrs[PEERS_DENIED_MAX];
};

static void on_denied(void *arg)
{
    struct denial *d = arg;

    d->lane->peers.denied_count = 0;
    for (size_t i = 0; i < d->count; i++)
        peers_deny(&d->lane->peers, &d->addrs[i]);
    (void)mem_free(d);
}

void turn_lane_deny(struct turn_lane *l, const struct addr *addrs, size_t n)
{
    struct denial *d = mem_new(struct denial);

    d->lane = l;
    d->count = n < PEERS_DENIED_MAX ? n : PEERS_DENIED_MAX;
    memcpy(d->addrs, addrs, d->count * sizeof(addrs[0]));
    loop_post(l->conf.loop, on_denied, d);
}
