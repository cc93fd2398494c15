#include "media/lane.h"

#include "crypto/dtls.h"
#include "media/ice_tcp.h"
#include "media/room.h"

#include <assert.h>
#include <stdlib.h>

#define SWEEP_EVERY SEC

static struct metric rooms = METRIC_GAUGE("convene_media_rooms", "Rooms that forward media");

uint8_t *lane_room(struct media_lane *l)
{
    return l->slab[l->slab_at];
}

void lane_send(struct media_lane *l, const struct media_path *to, const uint8_t *p, size_t n)
{
    assert(p == l->slab[l->slab_at]);
    if (to->tcp) {
        ice_tcp_send(to->tcp, p, n); /* which copies it */
        return;
    }
    const struct udp_out out = {p, n, to->remote, to->local};
    if (to->inside) {
        datagrams_send_inside(l->conf.datagrams, &out);
    } else {
        datagrams_send(l->conf.datagrams, &out);
    }
    l->slab_at = (l->slab_at + 1) % LANE_SLAB;
}

void lane_flush(struct media_lane *l)
{
    forward_pending(l);
    datagrams_flush(l->conf.datagrams);
    ice_tcp_flush(l);
}

/* Events go to main by value. */
struct telling {
    struct media_lane *lane;
    struct plane_event event;
};

static void on_told(void *arg)
{
    struct telling *t = arg;

    t->lane->conf.event(&t->event, t->lane->conf.event_arg);
    (void)mem_free(t);
}

void lane_tell(struct media_lane *l, const struct plane_event *e)
{
    struct telling *t = mem_new(struct telling);

    t->lane = l;
    t->event = *e;
    loop_post(l->conf.main, on_told, t);
}

static void forget_word(struct media_lane *l, struct lane_word *w)
{
    (void)map_del(l->words, span_of(w->ufrag, ICE_UFRAG));
    (void)mem_free(w);
}

static void forget_words(struct media_lane *l, const struct peer *p)
{
    struct lane_word *w;
    size_t at = 0;

    while ((w = map_next(l->words, &at))) {
        if (w->peer == p)
            forget_word(l, w);
    }
}

void lane_know(struct media_lane *l, struct peer *p)
{
    forget_words(l, p);
    for (size_t i = 0; i < p->ice.count; i++) {
        struct lane_word *w = mem_new(struct lane_word);
        memcpy(w->ufrag, p->ice.words[i].ufrag, ICE_UFRAG);
        w->peer = p;
        (void)map_put(l->words, span_of(w->ufrag, ICE_UFRAG), w);
    }
}

void lane_forget(struct media_lane *l, struct peer *p)
{
    forget_words(l, p);
    remotes_forget(l->remotes, p);
    ice_tcp_forget(l, p);
}

static void on_tick(void *arg)
{
    struct media_lane *l = arg;
    const usec_t now = loop_now(l->conf.loop);

    if (now >= l->swept + SWEEP_EVERY) {
        l->swept = now;
        remotes_sweep(l->remotes, now);
    }
    LIST_EACH_SAFE (&l->peers, it)
        peer_tick(container_of(it, struct peer, link), now);
    struct room *r;
    size_t at = 0;
    while ((r = map_next(l->rooms, &at)))
        room_tick(r, now);
    lane_flush(l);
    /* an empty lane costs nothing */
    if (map_count(l->rooms) > 0)
        timer_after(&l->tick, LANE_TICK);
}

static struct room *lane_room_of(struct media_lane *l, const struct id *id, bool make)
{
    struct room *r = map_get(l->rooms, id_span(id));

    if (r || !make)
        return r;
    r = room_new(l, id);
    if (map_count(l->rooms) == 0)
        timer_after(&l->tick, LANE_TICK);
    (void)map_put(l->rooms, id_span(&r->id), r);
    metric_add(&rooms, 1);
    return r;
}

int media_lane_connect(struct media_lane *l, const struct plane_offer *offer, uint64_t peer,
                       struct buf *ret_text)
{
    struct room *r = lane_room_of(l, &offer->room, true);
    const int rc = room_connect(r, offer, peer, ret_text);

    lane_flush(l);
    return rc;
}

void media_lane_leave(struct media_lane *l, const struct id *room, const struct id *leg)
{
    struct room *r = lane_room_of(l, room, false);

    if (r)
        room_leave(r, leg);
    lane_flush(l);
}

void media_lane_close(struct media_lane *l, const struct id *room)
{
    struct room *r = map_del(l->rooms, id_span(room));

    if (!r)
        return;
    (void)room_free(r);
    metric_add(&rooms, -1);
    lane_flush(l);
}

void media_lane_view(struct media_lane *l, const struct id *room, const struct id *leg,
                     const struct plane_want *wants, size_t n)
{
    struct room *r = lane_room_of(l, room, false);

    if (r)
        room_view(r, leg, wants, n);
    lane_flush(l);
}

void media_lane_sources(struct media_lane *l, const struct id *room, const struct id *leg,
                        const bool on[PLANE_SOURCES])
{
    struct room *r = lane_room_of(l, room, false);

    if (r)
        room_sources(r, leg, on);
    lane_flush(l);
}

struct media_lane *media_lane_new(const struct media_lane_conf *conf)
{
    struct media_lane *l = mem_new(struct media_lane);

    l->conf = *conf;
    l->words = map_new();
    l->rooms = map_new();
    l->remotes = remotes_new();
    list_init(&l->peers);
    list_init(&l->dirty);
    timer_init(&l->tick, conf->loop, on_tick, l);
    l->slab = mem_alloc_array(LANE_SLAB, DATAGRAM_MAX);
    ice_tcp_init(l);
    metric_add(&rooms, 0); /* there to be read before the first */
    lane_receive(l);
    return l;
}

void media_lane_start(struct media_lane *l)
{
    l->swept = loop_now(l->conf.loop);
}

struct media_lane *media_lane_free(struct media_lane *l)
{
    struct room *r;
    size_t at = 0;

    if (!l)
        return NULL;
    timer_stop(&l->tick);
    while ((r = map_next(l->rooms, &at)))
        (void)room_free(r);
    l->rooms = map_free(l->rooms);
    assert(list_empty(&l->peers));
    ice_tcp_done(l);
    l->words = map_free(l->words);
    l->remotes = remotes_free(l->remotes);
    for (size_t i = 0; i < MEDIA_LOOPS_MAX; i++)
        l->crossings[i] = mem_free(l->crossings[i]);
    l->slab = mem_free(l->slab);
    return mem_free(l);
}
