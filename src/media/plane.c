#include "media/plane.h"

#include "base/buf.h"
#include "base/map.h"
#include "crypto/dtls.h"
#include "media/ice_tcp.h"

#include <assert.h>
#include <errno.h>

/* Which lane has the media of a call. */
struct place {
    struct id room;
    size_t lane;
};

struct plane {
    struct plane_conf conf;
    struct dtls_identity *identity;
    struct map *places;
    size_t rooms[MEDIA_LOOPS_MAX]; /* that each lane has */
    size_t count;
    struct media_lane *lanes[MEDIA_LOOPS_MAX];
    plane_event_fn *fn;
    void *arg;
    uint64_t peers; /* numbers them */
    size_t next;    /* lane that a page over TCP is given to */
};

/* A command on its way to a lane, and its answer on the way back. */
struct command {
    struct plane *plane;
    struct media_lane *lane;
    struct id room;
    struct id leg;
    struct plane_offer offer;
    uint64_t peer;
    struct buf text; /* offer, then answer */
    int rc;
    plane_answer_fn *fn;
    void *arg;
    size_t count;
    struct plane_want wants[PLANE_PAIRS_MAX];
    bool on[PLANE_SOURCES];
};

static struct command *command_free(struct command *c)
{
    buf_done(&c->text);
    return mem_free(c);
}

static struct command *command_new(struct plane *p, const struct id *room, const struct id *leg)
{
    struct command *c = mem_new(struct command);

    c->plane = p;
    c->room = *room;
    c->leg = *leg;
    return c;
}

static struct place *place_of(struct plane *p, const struct id *room)
{
    return map_get(p->places, id_span(room));
}

/* On the lane that has fewest. */
static struct place *place_new(struct plane *p, const struct id *room)
{
    struct place *place = mem_new(struct place);

    place->room = *room;
    for (size_t i = 1; i < p->count; i++) {
        if (p->rooms[i] < p->rooms[place->lane])
            place->lane = i;
    }
    p->rooms[place->lane]++;
    (void)map_put(p->places, id_span(&place->room), place);
    return place;
}

static void post(struct plane *p, const struct place *place, loop_fn *fn, struct command *c)
{
    c->lane = p->lanes[place->lane];
    loop_post(media_loops_loop(p->conf.media, place->lane), fn, c);
}

static void on_event(const struct plane_event *e, void *arg)
{
    const struct plane *p = arg;

    if (p->fn)
        p->fn(e, p->arg);
}

static void on_answered(void *arg)
{
    struct command *c = arg;

    c->fn(c->rc, buf_span(&c->text), c->arg);
    (void)command_free(c);
}

static void run_connect(void *arg)
{
    struct command *c = arg;
    struct buf answer = {0};

    c->offer.sdp = buf_span(&c->text);
    c->rc = media_lane_connect(c->lane, &c->offer, c->peer, &answer);
    buf_done(&c->text);
    c->text = answer;
    loop_post(c->plane->conf.loop, on_answered, c);
}

void plane_connect(struct plane *p, const struct plane_offer *offer, plane_answer_fn *fn, void *arg)
{
    struct command *c = command_new(p, &offer->room, &offer->leg);
    const struct place *place = place_of(p, &offer->room);

    assert(offer->number != 0);
    c->offer = *offer;
    c->peer = ++p->peers;
    c->fn = fn;
    c->arg = arg;
    if (offer->sdp.len > PLANE_OFFER_MAX) {
        c->rc = -EBADMSG;
        buf_add_str(&c->text, "the offer is too long");
        loop_post(p->conf.loop, on_answered, c);
        return;
    }
    buf_add(&c->text, offer->sdp.p, offer->sdp.len);
    post(p, place ? place : place_new(p, &offer->room), run_connect, c);
}

static void run_leave(void *arg)
{
    struct command *c = arg;

    media_lane_leave(c->lane, &c->room, &c->leg);
    (void)command_free(c);
}

void plane_leave(struct plane *p, const struct id *room, const struct id *leg)
{
    const struct place *place = place_of(p, room);

    if (place)
        post(p, place, run_leave, command_new(p, room, leg));
}

static void run_close(void *arg)
{
    struct command *c = arg;

    media_lane_close(c->lane, &c->room);
    (void)command_free(c);
}

void plane_close(struct plane *p, const struct id *room)
{
    struct place *place = map_del(p->places, id_span(room));
    const struct id none = {{0}};

    if (!place)
        return;
    post(p, place, run_close, command_new(p, room, &none));
    p->rooms[place->lane]--;
    (void)mem_free(place);
}

static void run_view(void *arg)
{
    struct command *c = arg;

    media_lane_view(c->lane, &c->room, &c->leg, c->wants, c->count);
    (void)command_free(c);
}

void plane_view(struct plane *p, const struct id *room, const struct id *leg,
                const struct plane_want *wants, size_t n)
{
    const struct place *place = place_of(p, room);

    if (!place)
        return;
    struct command *c = command_new(p, room, leg);
    c->count = n < PLANE_PAIRS_MAX ? n : PLANE_PAIRS_MAX;
    if (n > 0)
        memcpy(c->wants, wants, c->count * sizeof(wants[0]));
    post(p, place, run_view, c);
}

static void run_sources(void *arg)
{
    struct command *c = arg;

    media_lane_sources(c->lane, &c->room, &c->leg, c->on);
    (void)command_free(c);
}

void plane_sources(struct plane *p, const struct id *room, const struct id *leg,
                   const bool on[PLANE_SOURCES])
{
    const struct place *place = place_of(p, room);

    if (!place)
        return;
    struct command *c = command_new(p, room, leg);
    memcpy(c->on, on, sizeof(c->on));
    post(p, place, run_sources, c);
}

struct plane *plane_new(const struct plane_conf *conf)
{
    struct plane *p = mem_new(struct plane);

    p->conf = *conf;
    p->identity = dtls_identity_new();
    p->places = map_new();
    p->count = media_loops_count(conf->media);
    for (size_t i = 0; i < p->count; i++) {
        p->lanes[i] = media_lane_new(
            &(struct media_lane_conf){.loop = media_loops_loop(conf->media, i),
                                      .datagrams = media_loops_datagrams(conf->media, i),
                                      .lanes = p->lanes,
                                      .index = i,
                                      .count = p->count,
                                      .identity = p->identity,
                                      .plane = &p->conf,
                                      .main = conf->loop,
                                      .event = on_event,
                                      .event_arg = p});
    }
    return p;
}

void plane_listen(struct plane *p, plane_event_fn *fn, void *arg)
{
    p->fn = fn;
    p->arg = arg;
}

enum match plane_match(const uint8_t *first, size_t n)
{
    return ice_tcp_match(first, n);
}

void plane_accept(struct stream *st, void *plane)
{
    struct plane *p = plane;

    /* whose it is is found out there */
    media_lane_accept(p->lanes[p->next++ % p->count], st);
}

static void run_start(void *arg)
{
    media_lane_start(arg);
}

void plane_start(struct plane *p)
{
    for (size_t i = 0; i < p->count; i++)
        loop_post(media_loops_loop(p->conf.media, i), run_start, p->lanes[i]);
}

struct plane *plane_free(struct plane *p)
{
    struct place *place;
    size_t at = 0;

    if (!p)
        return NULL;
    loop_run_posted(p->conf.loop);
    for (size_t i = 0; i < p->count; i++)
        p->lanes[i] = media_lane_free(p->lanes[i]);
    while ((place = map_next(p->places, &at)))
        (void)mem_free(place);
    p->places = map_free(p->places);
    p->identity = dtls_identity_free(p->identity);
    return mem_free(p);
}
