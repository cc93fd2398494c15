/*
 * Whose a datagram is.  Only a check that proves the peer's password makes its source known; everything else
 * is by the source, or dropped: so not a byte of DTLS is read from where no check came from.
 */
#include "media/lane_inside.h"
#include "wire/rtp.h"

#include <assert.h>

struct crossing_in {
    struct addr from;
    struct addr local;
    usec_t at;
    enum datagram_kind kind;
    bool inside;
    uint16_t len;
    uint8_t room[DATAGRAM_HEADROOM]; /* as a datagram has */
    uint8_t bytes[DATAGRAM_MAX];
};

struct lane_crossing {
    struct media_lane *to;
    size_t count;
    struct crossing_in in[LANE_CROSSING_MAX];
};

static void receive(struct media_lane *l, enum datagram_kind kind, struct udp_in *in);

static void on_crossed(void *arg)
{
    struct lane_crossing *c = arg;

    for (size_t i = 0; i < c->count; i++) {
        struct crossing_in *x = &c->in[i];
        struct udp_in in = {x->bytes, x->len, x->from, x->local, x->at, x->inside};
        receive(c->to, x->kind, &in);
    }
    lane_flush(c->to);
    (void)mem_free(c);
}

static void post_crossing(struct media_lane *l, size_t lane)
{
    struct lane_crossing *c = l->crossings[lane];

    if (!c)
        return;
    l->crossings[lane] = NULL;
    loop_post(c->to->conf.loop, on_crossed, c);
}

static void cross(struct media_lane *l, size_t lane, enum datagram_kind kind,
                  const struct udp_in *in)
{
    if (lane >= l->conf.count || in->len > DATAGRAM_MAX)
        return;
    if (!l->crossings[lane]) {
        /* not zeroed: it is large, and only what is written is read */
        l->crossings[lane] = mem_realloc(NULL, sizeof(struct lane_crossing));
        l->crossings[lane]->to = l->conf.lanes[lane];
        l->crossings[lane]->count = 0;
    }
    struct lane_crossing *c = l->crossings[lane];
    struct crossing_in *x = &c->in[c->count++];
    x->from = in->from;
    x->local = in->local;
    x->at = in->at;
    x->kind = kind;
    x->inside = in->inside;
    x->len = (uint16_t)in->len;
    memcpy(x->bytes, in->p, in->len);
    if (c->count == LANE_CROSSING_MAX)
        post_crossing(l, lane);
}

/* Tells another lane whose a source is. */
struct notice {
    struct media_lane *to;
    struct addr from;
    uint8_t lane;
};

static void on_notice(void *arg)
{
    struct notice *n = arg;

    remotes_put(n->to->remotes, &n->from, (struct whose){NULL, n->lane},
                loop_now(n->to->conf.loop));
    (void)mem_free(n);
}

/* The kernel gives all of a source to one lane, but which one is its secret. */
static void tell_others(struct media_lane *l, const struct addr *from)
{
    for (size_t i = 0; i < l->conf.count; i++) {
        if (i == l->conf.index)
            continue;
        struct notice *n = mem_new(struct notice);
        *n = (struct notice){l->conf.lanes[i], *from, (uint8_t)l->conf.index};
        loop_post(n->to->conf.loop, on_notice, n);
    }
}

static void know_source(struct media_lane *l, struct peer *p, const struct addr *from, usec_t now)
{
    const struct whose *whose = remotes_find(l->remotes, from, now);

    if (whose && whose->peer == p)
        return;
    remotes_put(l->remotes, from, (struct whose){p, (uint8_t)l->conf.index}, now);
    tell_others(l, from);
}

size_t lane_of_check(const struct stun *check)
{
    const struct span name = ice_username(check);

    return name.len == ICE_UFRAG ? (size_t)(uint8_t)name.p[0] - 'A' : SIZE_MAX;
}

struct peer *lane_named(const struct media_lane *l, const struct stun *check)
{
    const struct lane_word *w = map_get(l->words, ice_username(check));

    return w ? w->peer : NULL;
}

static void take_check(struct media_lane *l, const struct udp_in *in)
{
    const struct media_path from = {.remote = in->from, .local = in->local, .inside = in->inside};
    struct stun m;

    if (stun_parse(span_of(in->p, in->len), &m) != 0)
        return;
    const size_t lane = lane_of_check(&m);
    if (lane != l->conf.index) {
        cross(l, lane, DATAGRAM_CHECK, in);
        return;
    }
    const usec_t now = loop_now(l->conf.loop);
    struct peer *p = lane_named(l, &m);
    if (p && peer_check(p, &m, &from, now))
        know_source(l, p, &in->from, now);
}

void lane_give(struct peer *p, enum datagram_kind kind, const struct udp_in *in)
{
    const usec_t now = loop_now(p->lane->conf.loop);

    if (kind == DATAGRAM_DTLS) {
        peer_dtls(p, in->p, in->len, now);
    } else if (kind == DATAGRAM_RTP && rtp_is_rtcp(in->p, in->len)) {
        peer_rtcp(p, in->p, in->len, now);
    } else if (kind == DATAGRAM_RTP) {
        peer_rtp(p, in->p, in->len, in->at ? in->at : now, now);
    }
}

static void receive(struct media_lane *l, enum datagram_kind kind, struct udp_in *in)
{
    const usec_t now = loop_now(l->conf.loop);

    if (kind == DATAGRAM_CHECK) {
        take_check(l, in);
        return;
    }
    const struct whose *whose = remotes_find(l->remotes, &in->from, now);
    if (!whose)
        return;
    if (!whose->peer) {
        if (whose->lane != l->conf.index)
            cross(l, whose->lane, kind, in);
    } else {
        lane_give(whose->peer, kind, in);
    }
}

static void on_check(struct udp_in *in, void *lane)
{
    receive(lane, DATAGRAM_CHECK, in);
}

static void on_dtls(struct udp_in *in, void *lane)
{
    receive(lane, DATAGRAM_DTLS, in);
}

static void on_rtp(struct udp_in *in, void *lane)
{
    receive(lane, DATAGRAM_RTP, in);
}

static void after_batch(void *arg)
{
    struct media_lane *l = arg;

    for (size_t i = 0; i < l->conf.count; i++)
        post_crossing(l, i);
    lane_flush(l);
}

void lane_receive(struct media_lane *l)
{
    struct datagrams *d = l->conf.datagrams;

    datagrams_own(d, DATAGRAM_CHECK, on_check, after_batch, l);
    datagrams_own(d, DATAGRAM_DTLS, on_dtls, NULL, l);
    datagrams_own(d, DATAGRAM_RTP, on_rtp, NULL, l);
}
