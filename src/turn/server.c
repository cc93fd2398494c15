#include "turn/server.h"

#include "base/log.h"
#include "base/map.h"
#include "base/metric.h"
#include "port/listener.h"

#include <assert.h>
#include <stdio.h>

#define COMPLAIN_EVERY (60 * SEC)

static struct metric most =
    METRIC_GAUGE("convene_turn_allocations_max", "Relays that there may be at once");

struct holder {
    struct id id;
    size_t allocations;
    size_t asking; /* requests that are looked at: retransmissions with them */
};

struct turn_server {
    struct turn_conf conf;
    struct peers peers;
    struct turn_lane_desk desk;
    size_t count; /* of lanes */
    struct turn_lane *lanes[LANES_MAX];
    struct map *holders;
    size_t allocations; /* of all */
    size_t user_most;   /* that one person may have */
    usec_t complained;  /* that there are too many; 0: never */
    uint64_t
        ended;   /* sessions that ended so far: what was looked up meanwhile is looked up again */
    size_t next; /* lane for a connection */
};

/* One who has asked for a relay. */
struct asking {
    struct turn_server *server;
    struct turn_lane *lane;
    struct path from;
    struct span request;
    struct credential credential;
    uint64_t ended; /* when it was asked */
};

static struct holder *holder_of(struct turn_server *s, const struct id *user)
{
    struct holder *h = map_get(s->holders, id_span(user));

    if (!h) {
        h = mem_new(struct holder);
        h->id = *user;
        (void)map_put(s->holders, id_span(&h->id), h);
    }
    return h;
}

static void drop_if_idle(struct turn_server *s, struct holder *h)
{
    if (h->allocations > 0 || h->asking > 0)
        return;
    (void)map_del(s->holders, id_span(&h->id));
    (void)mem_free(h);
}

/* So that who has had enough costs no more look-ups. */
static bool has_enough(const struct turn_server *s, const struct holder *h)
{
    return s->conf.limits && (h->allocations >= s->user_most || h->asking >= SERVER_USER_ASKING);
}

/* Once a minute: calls fail for want of it. */
static void complain(struct turn_server *s)
{
    const usec_t now = loop_now(s->conf.loop);

    if (s->complained != 0 && now < s->complained + COMPLAIN_EVERY)
        return;
    s->complained = now;
    log_warn("turn.full",
             "why=\"%zu relays are half of the files that may be open\" "
             "do=\"raise the limit of open files (LimitNOFILE, ulimit -n)\"",
             s->allocations);
}

static enum admission judge(struct turn_server *s, struct holder *h)
{
    if (s->conf.limits && h->allocations >= s->user_most)
        return ADMIT_QUOTA;
    if (s->conf.relays_max > 0 && s->allocations >= s->conf.relays_max) {
        complain(s);
        return ADMIT_FULL;
    }
    s->allocations++;
    h->allocations++;
    return ADMIT_YES;
}

static void settle(const struct asking *a, bool going)
{
    struct turn_server *s = a->server;
    struct holder *h = holder_of(s, &a->credential.user);

    h->asking--;
    const enum admission verdict = going ? judge(s, h) : ADMIT_NO;
    turn_lane_admitted(a->lane, &a->from, a->request, &h->id, verdict);
    drop_if_idle(s, h);
}

static void on_checked(bool going, void *arg)
{
    struct asking *a = arg;
    struct turn_server *s = a->server;
    const struct credential *c = &a->credential;

    if (going && a->ended != s->ended) {
        a->ended = s->ended;
        s->conf.check(&c->user, &c->session, on_checked, a, s->conf.check_arg);
        return;
    }
    settle(a, going);
    (void)mem_free(a);
}

static void on_admit(void *arg, struct turn_lane *lane, const struct path *from,
                     struct span request, const struct credential *c)
{
    struct turn_server *s = arg;
    struct holder *h = holder_of(s, &c->user);

    if (has_enough(s, h)) {
        turn_lane_admitted(lane, from, request, &c->user, ADMIT_QUOTA);
        return;
    }
    h->asking++;
    struct asking *a = mem_new(struct asking);
    *a = (struct asking){s, lane, *from, request, *c, s->ended};
    s->conf.check(&c->user, &c->session, on_checked, a, s->conf.check_arg);
}

static void on_release(void *arg, const struct id *user)
{
    struct turn_server *s = arg;
    struct holder *h = map_get(s->holders, id_span(user));

    assert(h && h->allocations > 0);
    h->allocations--;
    s->allocations--;
    drop_if_idle(s, h);
}

static void open_lanes(struct turn_server *s)
{
    const struct turn_conf *c = &s->conf;

    for (size_t i = 0; i < s->count; i++) {
        struct turn_lane_conf lane = {
            .loop = media_loops_loop(c->media, i),
            .datagrams = media_loops_datagrams(c->media, i),
            .lanes = s->lanes,
            .index = i,
            .count = s->count,
            .desk = &s->desk,
            .secret = c->secret,
            .public_count = c->public_count,
            .peers = &s->peers,
            .relay_first = c->relay_first,
            .relay_last = c->relay_last,
            .user_kbit = c->limits ? c->user_kbit : 0,
            .limits = c->limits,
        };
        memcpy(lane.public_ips, c->public_ips, sizeof(lane.public_ips));
        s->lanes[i] = turn_lane_new(&lane);
    }
}

static size_t ports_of(const struct turn_conf *c)
{
    return (size_t)(c->relay_last - c->relay_first) + 1;
}

/* The lesser of what ports and files allow. */
static size_t most_of(const struct turn_conf *c)
{
    const size_t by_ports = ports_of(c);

    return c->relays_max > 0 && c->relays_max < by_ports ? c->relays_max : by_ports;
}

/* In a small range nobody takes it all. */
static size_t share_of_one(const struct turn_conf *c)
{
    const size_t quarter = ports_of(c) / 4;

    return quarter < SERVER_USER_ALLOCATIONS ? quarter : SERVER_USER_ALLOCATIONS;
}

struct turn_server *turn_server_new(const struct turn_conf *conf)
{
    struct turn_server *s = mem_new(struct turn_server);

    s->conf = *conf;
    s->count = media_loops_count(conf->media);
    s->desk = (struct turn_lane_desk){conf->loop, on_admit, on_release, s};
    s->peers.allowed = conf->allowed;
    s->peers.allowed_count = conf->allowed_count;
    s->holders = map_new();
    s->user_most = share_of_one(conf);
    open_lanes(s);
    metric_set(&most, (int64_t)most_of(conf));
    return s;
}

struct turn_server *turn_server_free(struct turn_server *s)
{
    if (!s)
        return NULL;
    for (size_t i = 0; i < s->count; i++)
        s->lanes[i] = turn_lane_free(s->lanes[i]);
    loop_run_posted(s->conf.loop);
    s->holders = map_free(s->holders);
    return mem_free(s);
}

static void on_start(void *arg)
{
    turn_lane_start(arg);
}

void turn_server_start(struct turn_server *s)
{
    for (size_t i = 0; i < s->count; i++)
        loop_post(media_loops_loop(s->conf.media, i), on_start, s->lanes[i]);
}

enum match turn_match(const uint8_t *first, size_t n)
{
    /* two zero bits; then the cookie must stand where it belongs */
    if ((first[0] & 0xc0) != 0)
        return MATCH_NO;
    if (n < 8)
        return MATCH_MORE;
    return stun_is(first, n) ? MATCH_YES : MATCH_NO;
}

void turn_server_accept(struct stream *st, void *server)
{
    struct turn_server *s = server;

    turn_lane_accept(s->lanes[s->next++ % s->count], st);
}

void turn_server_deny(struct turn_server *s, const struct addr *addrs, size_t n)
{
    for (size_t i = 0; i < s->count; i++)
        turn_lane_deny(s->lanes[i], addrs, n);
}

void turn_server_end_session(struct turn_server *s, const struct id *session)
{
    s->ended++;
    for (size_t i = 0; i < s->count; i++)
        turn_lane_end_session(s->lanes[i], session);
}
