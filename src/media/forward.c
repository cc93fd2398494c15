/*
 * From a source to those who have it in a slot.  What belongs to one receiver of a batch goes out together, so
 * that the kernel can take it as one.
 *
 * Numbers of VP8 are written over those in the payload itself, for one receiver after another: they are read
 * by nobody in between, and what is kept of a packet is written over again in the same way.
 */
#include "media/room.h"

enum {
    RTX_ROOM = 2,
    RTP_PADDED = 0x20, /* RFC 3550, 5.1 */
};

void forward_later(struct source *s, const struct packet *k)
{
    struct media_lane *l = s->peer->lane;

    if (list_empty(&s->slots))
        return;
    if (l->pending_count == LANE_PENDING)
        forward_pending(l);
    l->pending[l->pending_count++] = *k;
    const size_t i = l->pending_count;
    l->pending_next[i - 1] = 0;
    if (s->pending_first == 0) {
        s->pending_first = i;
        list_add_tail(&l->dirty, &s->dirty);
    } else {
        l->pending_next[s->pending_last - 1] = i;
    }
    s->pending_last = i;
}

static void forward_source(struct media_lane *l, struct source *s, usec_t now)
{
    LIST_EACH (&s->slots, it) {
        struct slot *slot = container_of(it, struct slot, link);
        for (size_t i = s->pending_first; i != 0; i = l->pending_next[i - 1])
            (void)forward_to(slot, &l->pending[i - 1], now);
    }
    s->pending_first = s->pending_last = 0;
}

void forward_pending(struct media_lane *l)
{
    const usec_t now = loop_now(l->conf.loop);

    LIST_EACH_SAFE (&l->dirty, it) {
        struct source *s = container_of(it, struct source, dirty);
        list_del(it);
        forward_source(l, s, now);
    }
    l->pending_count = 0;
}

/* What goes before the payload: everything is the receiver's own but the time and the level. */
static size_t write_head(const struct slot *s, const struct packet *k, struct rtp_head *h,
                         uint8_t *out)
{
    const struct peer *to = s->peer;
    struct rtpext_values x = {0};
    const uint16_t number = peer_line_next(&to->line);
    const uint8_t twcc[2] = {(uint8_t)(number >> 8), (uint8_t)number};

    if (to->terms.numbered[s->video])
        x.value[RTPEXT_TRANSPORT_CC] = span_of(twcc, sizeof(twcc));
    if (k && k->has_level)
        x.value[RTPEXT_AUDIO_LEVEL] = span_of(&k->audio_level, 1);
    if (k && k->has_cvo)
        x.value[RTPEXT_CVO] = span_of(&k->cvo, 1);
    return rtp_write_head(out, h, &to->terms.ids[s->video], &x);
}

/* k NULL: the payload is padding alone. */
static void send_packet(struct slot *s, const struct packet *k, struct rtp_head *h, uint64_t index,
                        struct span payload, usec_t now)
{
    struct peer *to = s->peer;
    struct media_lane *l = to->lane;
    uint8_t *out = lane_room(l);
    if (!to->ice.has_path)
        return;
    const size_t head = write_head(s, k, h, out);

    if (!k)
        out[0] |= RTP_PADDED;
    if (head + payload.len + SRTP_OVERHEAD_MAX > DATAGRAM_MAX)
        return;
    const int n = srtp_protect(to->out, index, out, head, payload);
    if (n <= 0)
        return;
    lane_send(l, &to->ice.selected, out, (size_t)n);
    peer_line_sent(&to->line, (size_t)n, s->video, to->terms.numbered[s->video], now);
}

/* Numbers are extended from one round on, so that those before the first have one; SRTP's begin with none. */
static uint64_t index_of(uint64_t seq)
{
    return seq - 0x10000;
}

/* Sound with what came before it once more, to whom a packet in fifty is lost: what its blocks are must be what opus is
 * to both. */
static bool wants_red(const struct slot *s, const struct packet *k, usec_t now)
{
    const struct terms *to = &s->peer->terms;

    return k->red.len > 0 && now < s->lossy_until && to->red != 0 &&
           to->opus == k->source->peer->terms.opus;
}

bool forward_to(struct slot *s, struct packet *k, usec_t now)
{
    struct peer *to = s->peer;
    const int before = layers_current(s->layers);
    struct layers_out o;

    if (!to->connected || !layers_pass(s->layers, k, now, &o))
        return false;
    if (k->has_vp8)
        vp8_patch(k->payload, &k->vp8, o.picture_id, o.tl0_picidx);
    struct rtp_head h = {.timestamp = o.timestamp,
                         .ssrc = s->ssrc,
                         .seq = (uint16_t)o.seq,
                         .payload_type = s->video ? to->terms.vp8 : to->terms.opus,
                         .marker = o.marker,
                         .csrc = k->source->peer->number};
    struct span payload = span_of(k->payload, k->len);
    if (wants_red(s, k, now)) {
        h.payload_type = to->terms.red;
        payload = k->red;
    }
    send_packet(s, k, &h, index_of(o.seq), payload, now);
    s->packets++;
    s->last_timestamp = o.timestamp;
    s->octets += (uint32_t)payload.len;
    if (before != layers_current(s->layers)) {
        const struct encoding *e = &k->source->encodings[k->layer];
        to->slots_changed = true;
        /* a key frame that came late has what follows it behind it already */
        if (s->video && e->reception.highest > k->seq)
            slot_replay(s, e, k->seq + 1, now);
    }
    return true;
}

void forward_again(struct slot *s, struct packet *k, const struct layers_out *o, usec_t now)
{
    struct peer *to = s->peer;
    uint8_t again[RTX_ROOM + DATAGRAM_MAX];

    if (!to->connected || to->terms.vp8_rtx == 0 || k->len > DATAGRAM_MAX)
        return;
    if (k->has_vp8)
        vp8_patch(k->payload, &k->vp8, o->picture_id, o->tl0_picidx);
    again[0] = (uint8_t)(o->seq >> 8);
    again[1] = (uint8_t)o->seq;
    memcpy(again + RTX_ROOM, k->payload, k->len);
    struct rtp_head h = {.timestamp = o->timestamp,
                         .ssrc = s->rtx_ssrc,
                         .seq = (uint16_t)s->rtx_seq,
                         .payload_type = to->terms.vp8_rtx,
                         .marker = o->marker,
                         .csrc = k->source->peer->number};
    send_packet(s, k, &h, s->rtx_seq++, span_of(again, RTX_ROOM + k->len), now);
}

void forward_padding(struct slot *s, struct span padding, usec_t now)
{
    struct rtp_head h = {.timestamp = s->last_timestamp,
                         .ssrc = s->rtx_ssrc,
                         .seq = (uint16_t)s->rtx_seq,
                         .payload_type = s->peer->terms.vp8_rtx};

    send_packet(s, NULL, &h, s->rtx_seq++, padding, now);
}
