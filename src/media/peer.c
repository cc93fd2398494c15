#include "media/peer.h"

#include "base/log.h"
#include "base/rand.h"
#include "media/negotiate.h"
#include "media/room.h"
#include "wire/red.h"
#include "wire/rtp.h"

#include <assert.h>
#include <errno.h>

static struct metric connected =
    METRIC_GAUGE("convene_media_connected", "Connections of pages to rooms that carry media");

/* Letters of ufrags: see take_check(). */
static char mark_of(const struct media_lane *l)
{
    return (char)('A' + l->conf.index);
}

static uint32_t new_ssrc(void)
{
    uint32_t ssrc;

    do {
        rand_bytes(&ssrc, sizeof(ssrc));
    } while (ssrc == 0);
    return ssrc;
}

static void send_dtls(const uint8_t *bytes, size_t n, void *arg)
{
    struct peer *p = arg;

    if (!p->ice.has_path || n > DATAGRAM_MAX)
        return;
    uint8_t *room = lane_room(p->lane);
    memcpy(room, bytes, n);
    lane_send(p->lane, &p->ice.selected, room, n);
}

struct peer *peer_new(struct room *r, const struct plane_offer *offer, uint64_t name, usec_t now)
{
    struct peer *p = mem_new(struct peer);

    p->lane = r->lane;
    p->room = r;
    p->leg = offer->leg;
    p->name = name;
    p->number = offer->number;
    p->own_ssrc = new_ssrc();
    list_init(&p->link);
    list_init(&p->room_link);
    list_add_tail(&r->lane->peers, &p->link);
    list_add_tail(&r->peers, &p->room_link);
    ice_lite_init(&p->ice, mark_of(r->lane), now);
    peer_line_init(&p->line, now);
    for (int i = 0; i < PLANE_SOURCES; i++)
        source_init(&p->sources[i], p, (enum plane_source)i);
    for (size_t i = 0; i < PLANE_PAIRS_MAX; i++) {
        slot_init(&p->audio[i], p, (uint8_t)i, false);
        slot_init(&p->video[i], p, (uint8_t)i, true);
    }
    return p;
}

void peer_expect(struct peer *p, const uint8_t sha256[SDP_FINGERPRINT])
{
    p->dtls = dtls_new(p->lane->conf.identity, sha256, send_dtls, p);
    p->dtls_at = NEVER;
}

void peer_restart(struct peer *p)
{
    ice_lite_restart(&p->ice, mark_of(p->lane));
}

struct peer *peer_free(struct peer *p)
{
    if (!p)
        return NULL;
    for (size_t i = 0; i < PLANE_PAIRS_MAX; i++) {
        slot_done(&p->audio[i]);
        slot_done(&p->video[i]);
    }
    for (int i = 0; i < PLANE_SOURCES; i++)
        source_done(&p->sources[i]);
    lane_forget(p->lane, p);
    list_del(&p->link);
    list_del(&p->room_link);
    if (p->connected)
        metric_add(&connected, -1);
    peer_line_done(&p->line);
    p->their_ufrag = mem_free(p->their_ufrag);
    p->dtls = dtls_free(p->dtls);
    p->in = srtp_free(p->in);
    p->out = srtp_free(p->out);
    return mem_free(p);
}

static void tell(const struct peer *p, enum plane_event_kind kind)
{
    lane_tell(p->lane, &(struct plane_event){
                           .kind = kind, .room = p->room->id, .leg = p->leg, .peer = p->name});
}

static void lose(struct peer *p, const char *why)
{
    if (p->gone)
        return;
    p->gone = true;
    log_info("media.lost", "call=%s leg=%s why=%s", p->room->id.s, p->leg.s, why);
}

bool peer_check(struct peer *p, const struct stun *check, const struct media_path *from, usec_t now)
{
    uint8_t *out = lane_room(p->lane);
    const size_t words = p->ice.count;
    size_t n = 0;

    if (ice_lite_check(&p->ice, check, from, now, out, &n) == ICE_NONE)
        return false;
    lane_send(p->lane, from, out, n);
    if (p->ice.count != words)
        lane_know(p->lane, p);
    return true;
}

static int keys_ready(struct peer *p)
{
    struct srtp_keys in;
    struct srtp_keys out;
    const int rc = dtls_keys(p->dtls, &in, &out);

    if (rc)
        return rc;
    p->in = srtp_new(&in);
    p->out = srtp_new(&out);
    p->connected = true;
    metric_add(&connected, 1);
    p->room->changed = true;
    p->view_changed = true;
    tell(p, PLANE_CONNECTED);
    return 0;
}

void peer_dtls(struct peer *p, const uint8_t *bytes, size_t n, usec_t now)
{
    int rc = dtls_input(p->dtls, bytes, n);

    if (rc == 1)
        rc = keys_ready(p);
    p->dtls_at = dtls_deadline(p->dtls, now);
    if (rc < 0) {
        lose(p, "dtls");
    } else if (dtls_closed(p->dtls)) {
        lose(p, "closed");
    }
}

static struct heard_ssrc *find_ssrc(struct peer *p, uint32_t ssrc)
{
    for (size_t i = 0; i < p->ssrc_count; i++) {
        if (p->ssrcs[i].ssrc == ssrc)
            return &p->ssrcs[i];
    }
    return NULL;
}

static int find_rid(const struct terms *t, struct span rid)
{
    for (int i = 0; i < t->rids; i++) {
        if (span_is(rid, t->rid[i]))
            return i;
    }
    return -1;
}

/* RFC 9143, 9.2: the mid says whose it is, the rid which encoding. */
static struct heard_ssrc *bind_ssrc(struct peer *p, const struct rtp *rtp,
                                    const struct rtpext_values *x)
{
    const bool rtx = p->terms.vp8_rtx != 0 && rtp->payload_type == p->terms.vp8_rtx;
    const struct span rid = x->value[rtx ? RTPEXT_RRID : RTPEXT_RID];
    int kind = 0;
    int layer = 0;

    while (kind < PLANE_SOURCES &&
           (p->terms.mid[kind][0] == '\0' || !span_is(x->value[RTPEXT_MID], p->terms.mid[kind])))
        kind++;
    if (kind == PLANE_SOURCES || p->ssrc_count == PEER_SSRCS)
        return NULL;
    if (kind == PLANE_CAMERA && p->terms.rids > 0)
        layer = find_rid(&p->terms, rid);
    if (layer < 0)
        return NULL;
    struct heard_ssrc *h = &p->ssrcs[p->ssrc_count++];
    *h = (struct heard_ssrc){rtp->ssrc, (uint8_t)kind, (uint8_t)layer, rtx};
    struct encoding *e = &p->sources[kind].encodings[layer];
    if (rtx) {
        e->rtx_ssrc = rtp->ssrc;
        e->rtx_bound = true;
    } else {
        encoding_bind(&p->sources[kind], e, rtp->ssrc);
        p->room->changed = true;
    }
    return h;
}

static bool is_sound(const struct terms *t, uint8_t pt)
{
    return pt == t->opus || (t->red != 0 && pt == t->red);
}

static bool right_type(const struct peer *p, const struct heard_ssrc *h, uint8_t pt)
{
    if (h->kind == PLANE_MIC || h->kind == PLANE_SCREEN_AUDIO)
        return is_sound(&p->terms, pt);
    return pt == (h->rtx ? p->terms.vp8_rtx : p->terms.vp8);
}

static void read_audio(const struct rtpext_values *x, struct packet *k, usec_t now)
{
    const struct span level = x->value[RTPEXT_AUDIO_LEVEL];

    k->has_level = level.len > 0;
    k->audio_level = k->has_level ? (uint8_t)level.p[0] : 127;
    /* 127 - dBov, over some 8 packets */
    const uint8_t height = (uint8_t)(127 - (k->audio_level & 0x7f));
    const uint32_t loud = height * 256U;
    k->source->loud += (uint32_t)(((int32_t)loud - (int32_t)k->source->loud) / 8);
    speech_hear(&k->source->speech, height, now);
}

/* Who hears well gets what is new alone. */
static bool unfold(const struct terms *t, struct packet *k)
{
    const struct span all = span_of(k->payload, k->len);
    struct span primary;

    if (red_primary(all, t->opus, &primary) != 0)
        return false;
    k->red = all;
    k->payload += all.len - primary.len;
    k->len = (uint16_t)primary.len;
    return true;
}

static bool read_video(const struct rtpext_values *x, struct packet *k)
{
    const struct span cvo = x->value[RTPEXT_CVO];

    k->has_cvo = cvo.len > 0;
    k->cvo = k->has_cvo ? (uint8_t)cvo.p[0] : 0;
    if (k->len == 0)
        return true;
    if (vp8_parse(span_of(k->payload, k->len), &k->vp8) != 0)
        return false;
    k->has_vp8 = true;
    k->key = k->vp8.key;
    return true;
}

/* The packet that an RTX one repeats (RFC 4588, 4): its number stands before its payload. */
static bool unwrap(struct rtp *rtp, struct packet *k)
{
    if (k->len < 2)
        return false; /* padding alone: a probe */
    rtp->seq = (uint16_t)(k->payload[0] << 8 | k->payload[1]);
    k->payload += 2;
    k->len = (uint16_t)(k->len - 2);
    return true;
}

void peer_rtp(struct peer *p, uint8_t *bytes, size_t n, usec_t at, usec_t now)
{
    struct rtpext_values x;
    struct rtp rtp;

    if (!p->connected || p->gone || srtp_unprotect(p->in, bytes, n, &n) != 0 ||
        rtp_parse(span_of(bytes, n), &rtp) != 0)
        return;
    rtpext_read(&rtp, &p->terms.ids[!is_sound(&p->terms, rtp.payload_type)], &x);
    if (x.value[RTPEXT_TRANSPORT_CC].len == 2) {
        const uint8_t *v = (const uint8_t *)x.value[RTPEXT_TRANSPORT_CC].p;
        twcc_in_seen(&p->arrivals, (uint16_t)(v[0] << 8 | v[1]), at, now);
    }
    const struct heard_ssrc *h = find_ssrc(p, rtp.ssrc);
    if (!h)
        h = bind_ssrc(p, &rtp, &x);
    if (!h || !right_type(p, h, rtp.payload_type))
        return;
    struct packet k = {.source = &p->sources[h->kind],
                       .payload = bytes + rtp.header_len,
                       .len = (uint16_t)rtp.payload.len,
                       .timestamp = rtp.timestamp,
                       .marker = rtp.marker,
                       .layer = h->layer};
    if (h->rtx && !unwrap(&rtp, &k))
        return;
    if (!source_is_video(k.source)) {
        if (rtp.payload_type != p->terms.opus && !unfold(&p->terms, &k))
            return;
        read_audio(&x, &k, now);
    } else if (!read_video(&x, &k)) {
        return;
    }
    source_take(k.source, &k, rtp.seq, h->rtx, now);
    if (k.marker)
        peer_feedback(p, true, now);
}

static void tick_dtls(struct peer *p, usec_t now)
{
    if (now < p->dtls_at)
        return;
    dtls_tick(p->dtls);
    p->dtls_at = dtls_deadline(p->dtls, now);
}

/* Whoever sends is to be asked again soon for what is missing, and a probe goes on; the rest can wait. */
static usec_t next_due(const struct peer *p, usec_t now)
{
    const bool busy = !p->connected || p->ssrc_count > 0 || p->line.probe_at != 0;

    return busy ? now : now + PEER_CALM;
}

void peer_tick(struct peer *p, usec_t now)
{
    if (now < p->due && !p->gone && !p->slots_changed && !p->view_changed)
        return;
    p->due = next_due(p, now);
    if (!ice_lite_consents(&p->ice, now))
        lose(p, "consent");
    if (p->gone) {
        struct room *r = p->room;
        tell(p, PLANE_LOST);
        r->changed = true;
        r->count--;
        (void)peer_free(p);
        return;
    }
    if (!p->connected) {
        tick_dtls(p, now);
        return;
    }
    peer_feedback(p, false, now);
    peer_report(p, now);
    peer_line_tick(p, now);
    room_give_pictures(p->room, p, now);
    room_tell_slots(p, now);
}
