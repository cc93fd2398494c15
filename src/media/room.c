#include "media/room.h"

#include "base/log.h"
#include "media/negotiate.h"

#include <errno.h>

#define LOOK_EVERY (100 * MSEC)

enum {
    SPEAKS = 60 * 256, /* louder than that is speech: 127 - dBov, see RFC 6464 */
};

struct room *room_new(struct media_lane *l, const struct id *id)
{
    struct room *r = mem_new(struct room);

    r->lane = l;
    r->id = *id;
    list_init(&r->peers);
    return r;
}

struct room *room_free(struct room *r)
{
    if (!r)
        return NULL;
    LIST_EACH_SAFE (&r->peers, it)
        (void)peer_free(container_of(it, struct peer, room_link));
    return mem_free(r);
}

struct peer *room_peer(const struct room *r, const struct id *leg)
{
    LIST_EACH (&r->peers, it) {
        struct peer *p = container_of(it, struct peer, room_link);
        if (!p->gone && id_eq(&p->leg, leg))
            return p;
    }
    return NULL;
}

static bool same_session(const struct peer *p, const struct sdp *offer)
{
    return span_eq(offer->session, span_of(p->session, p->session_len));
}

static struct peer *join(struct room *r, const struct plane_offer *offer, const struct sdp *sdp,
                         uint64_t name, usec_t now)
{
    struct peer *p = peer_new(r, offer, name, now);

    p->session_len = sdp->session.len;
    memcpy(p->session, sdp->session.p, p->session_len);
    peer_expect(p, sdp->fingerprint);
    r->count++;
    /* whoever was to be shown before being there */
    LIST_EACH (&r->peers, it)
        container_of(it, struct peer, room_link)->view_changed = true;
    return p;
}

/* New credentials are asked for by new ones (RFC 8839, 4.4.1.1.1). */
static void restart_ice(struct peer *p, const struct sdp *sdp)
{
    char *ufrag = mem_strdup(sdp->ufrag.p, sdp->ufrag.len);

    if (p->their_ufrag && strcmp(p->their_ufrag, ufrag) != 0)
        peer_restart(p);
    (void)mem_free(p->their_ufrag);
    p->their_ufrag = ufrag;
    lane_know(p->lane, p);
}

static void answer(struct peer *p, const struct sdp *sdp, struct buf *ret)
{
    const struct plane_conf *conf = p->lane->conf.plane;
    struct addr hosts[PLANE_HOSTS_MAX];
    const struct sdp_answer a = {
        .ufrag = p->ice.words[0].ufrag,
        .pwd = p->ice.words[0].pwd,
        .fingerprint = dtls_identity_fingerprint(p->lane->conf.identity),
        .hosts = hosts,
        .host_count = conf->hosts(hosts, conf->hosts_arg),
        .udp_port = datagrams_port(p->lane->conf.datagrams),
        .tcp_port = conf->tcp_port,
    };

    negotiate_answer(sdp, p, &a, ret);
}

static int accept_offer(struct room *r, const struct plane_offer *offer, uint64_t name,
                        const struct sdp *sdp, struct buf *ret)
{
    const usec_t now = loop_now(r->lane->conf.loop);
    struct peer *p = room_peer(r, &offer->leg);
    struct terms terms;
    const char *why = NULL;

    if (sdp->session.len == 0 || sdp->session.len > PEER_SESSION) {
        buf_add_str(ret, "the o-line has no session");
        return -EBADMSG;
    }
    const int rc = negotiate_terms(sdp, &terms, &why);
    if (rc) {
        buf_add_str(ret, why);
        return rc;
    }
    if (p && !same_session(p, sdp)) {
        room_leave(r, &offer->leg);
        p = NULL;
    }
    if (!p && r->count >= PLANE_PEERS_MAX) {
        buf_add_str(ret, "the room is full");
        return -ENOSPC;
    }
    if (!p)
        p = join(r, offer, sdp, name, now);
    p->terms = terms;
    p->view_changed = true;
    r->changed = true;
    restart_ice(p, sdp);
    answer(p, sdp, ret);
    return 0;
}

int room_connect(struct room *r, const struct plane_offer *offer, uint64_t name, struct buf *ret)
{
    struct sdp *sdp = mem_new(struct sdp);
    const char *why = NULL;
    int rc = sdp_parse(offer->sdp, sdp, &why);

    if (rc) {
        buf_add_str(ret, why);
    } else {
        rc = accept_offer(r, offer, name, sdp, ret);
    }
    (void)mem_free(sdp);
    return rc;
}

void room_leave(struct room *r, const struct id *leg)
{
    struct peer *p = room_peer(r, leg);

    if (!p)
        return;
    r->count--;
    r->changed = true;
    (void)peer_free(p);
}

void room_view(struct room *r, const struct id *leg, const struct plane_want *wants, size_t n)
{
    struct peer *p = room_peer(r, leg);

    if (!p)
        return;
    p->view_count = n;
    if (n > 0)
        memcpy(p->view, wants, n * sizeof(wants[0]));
    p->view_changed = true;
}

void room_sources(struct room *r, const struct id *leg, const bool on[PLANE_SOURCES])
{
    struct peer *p = room_peer(r, leg);

    if (!p)
        return;
    for (int i = 0; i < PLANE_SOURCES; i++)
        p->sources[i].on = on[i];
    r->changed = true;
}

/* The loudest first. */
static void rank(const struct source *mic, struct plane_speaker *at, uint32_t *loud, size_t *n)
{
    size_t i = *n;

    if (i == PLANE_SPEAKERS_MAX && loud[i - 1] >= mic->loud)
        return;
    if (i < PLANE_SPEAKERS_MAX) {
        (*n)++;
    } else {
        i--;
    }
    for (; i > 0 && loud[i - 1] < mic->loud; i--) {
        at[i] = at[i - 1];
        loud[i] = loud[i - 1];
    }
    at[i] = (struct plane_speaker){mic->peer->leg, (uint8_t)(mic->loud / 256)};
    loud[i] = mic->loud;
}

static bool same_speakers(const struct room *r, const struct plane_event *e)
{
    if (e->speakers.count != r->told_count || !id_eq(&e->leg, &r->dominant))
        return false;
    for (size_t i = 0; i < r->told_count; i++) {
        if (!id_eq(&e->speakers.at[i].leg, &r->told[i].leg))
            return false;
    }
    return true;
}

static const struct speech *speech_of(const struct room *r, const struct id *leg)
{
    const struct peer *p = room_peer(r, leg);

    return p && p->sources[PLANE_MIC].on ? &p->sources[PLANE_MIC].speech : &speech_silent;
}

/* Who had the word keeps it until another has clearly taken it. */
static struct id dominant_of(const struct room *r)
{
    const struct speech *has = speech_of(r, &r->dominant);
    struct id who = r->dominant;
    double best = 0;

    LIST_EACH (&r->peers, it) {
        const struct peer *p = container_of(it, struct peer, room_link);
        const struct source *mic = &p->sources[PLANE_MIC];
        const double beats = mic->on ? speech_beats(&mic->speech, has) : 0;
        if (beats > best) {
            best = beats;
            who = p->leg;
        }
    }
    return who;
}

static void tell_speakers(struct room *r)
{
    struct plane_event e = {.kind = PLANE_SPEAKERS, .room = r->id};
    uint32_t loud[PLANE_SPEAKERS_MAX] = {0};
    const usec_t now = loop_now(r->lane->conf.loop);

    LIST_EACH (&r->peers, it) {
        struct source *mic = &container_of(it, struct peer, room_link)->sources[PLANE_MIC];
        if (!encoding_alive(&mic->encodings[0], now))
            mic->loud = 0;
        speech_judge(&mic->speech, now);
        if (mic->on && mic->loud >= SPEAKS)
            rank(mic, e.speakers.at, loud, &e.speakers.count);
    }
    e.leg = dominant_of(r);
    if (same_speakers(r, &e))
        return;
    r->dominant = e.leg;
    r->told_count = e.speakers.count;
    memcpy(r->told, e.speakers.at, sizeof(r->told));
    lane_tell(r->lane, &e);
}

void room_tick(struct room *r, usec_t now)
{
    if (now >= r->speakers_at + ROOM_SPEAKERS_EVERY) {
        r->speakers_at = now;
        tell_speakers(r);
        r->changed = true;
    }
    if (r->changed) {
        r->changed = false;
        LIST_EACH (&r->peers, it) {
            struct peer *p = container_of(it, struct peer, room_link);
            room_give_sound(r, p, now);
        }
    }
    if (now >= r->looked_at + LOOK_EVERY) {
        r->looked_at = now;
        room_watch(r, now);
    }
}
