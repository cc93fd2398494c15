/*
 * What is said beside the media: what comes of it, and what is due.  Reports go each second, feedback when
 * there is some.
 */
#include "media/room.h"

enum {
    RTCP_ROOM = 1200,
    FEEDBACK_NACKS = 64,
    LOSSY = 5, /* of 256: from 2 percent on what is lost is heard */
};

#define REPORT_EVERY SEC
#define LOSSY_FOR    (20 * SEC) /* some report seldom */

static struct slot *slot_by_ssrc(struct peer *p, uint32_t ssrc)
{
    for (size_t i = 0; i < p->terms.pairs; i++) {
        if (p->video[i].ssrc == ssrc)
            return &p->video[i];
        if (p->audio[i].ssrc == ssrc)
            return &p->audio[i];
    }
    return NULL;
}

static struct encoding *encoding_by_ssrc(struct peer *p, uint32_t ssrc)
{
    for (size_t i = 0; i < p->ssrc_count; i++) {
        const struct heard_ssrc *h = &p->ssrcs[i];
        if (h->ssrc == ssrc && !h->rtx)
            return &p->sources[h->kind].encodings[h->layer];
    }
    return NULL;
}

/* RFC 3550, 6.4.1: the round trip from our report to theirs, without their delay. */
static void learn_rtt(struct peer *p, const struct slot *s, const struct rtcp_report *r, usec_t now)
{
    if (r->last_sr == 0 || r->last_sr != s->report)
        return;
    const usec_t held = (usec_t)r->delay * SEC / 65536;
    const usec_t gone = now - s->report_at;
    if (gone >= held)
        p->rtt = p->rtt == 0 ? gone - held : (p->rtt * 7 + (gone - held)) / 8;
}

static void hear_reports(struct peer *p, const struct rtcp *part, usec_t now)
{
    for (size_t i = 0; i < part->count; i++) {
        struct rtcp_report r;
        rtcp_report_at(part, i, &r);
        struct slot *s = slot_by_ssrc(p, r.ssrc);
        if (!s)
            continue;
        if (r.fraction_lost >= LOSSY)
            s->lossy_until = now + LOSSY_FOR;
        learn_rtt(p, s, &r, now);
    }
}

static void ask_key(struct slot *s)
{
    const int layer = s && s->source && s->layers ? layers_current(s->layers) : -1;

    if (layer >= 0)
        pli_want(&s->source->encodings[layer].pli);
}

static void hear_nack(struct peer *p, const struct rtcp *part, usec_t now)
{
    uint16_t seqs[RTCP_NACKS_MAX];
    struct slot *s = slot_by_ssrc(p, part->media);
    const size_t n = rtcp_nacks(part, seqs, RTCP_NACKS_MAX);

    for (size_t i = 0; s && i < n; i++)
        slot_resend(s, seqs[i], now);
}

static void hear_fir(struct peer *p, const struct rtcp *part)
{
    uint32_t targets[RTCP_REPORTS_MAX];
    const size_t n = rtcp_fir_targets(part, targets, RTCP_REPORTS_MAX);

    for (size_t i = 0; i < n; i++)
        ask_key(slot_by_ssrc(p, targets[i]));
}

static void hear(struct peer *p, const struct rtcp *part, usec_t now)
{
    struct encoding *e;

    switch (part->kind) {
    case RTCP_SR:
        e = encoding_by_ssrc(p, part->sender);
        if (e)
            e->report = (struct heard_report){part->report.ntp, part->report.timestamp, now};
        hear_reports(p, part, now);
        return;
    case RTCP_RR: hear_reports(p, part, now); return;
    case RTCP_NACK: hear_nack(p, part, now); return;
    case RTCP_PLI: ask_key(slot_by_ssrc(p, part->media)); return;
    case RTCP_FIR: hear_fir(p, part); return;
    case RTCP_TRANSPORT_CC: peer_line_hear(p, part, now); return;
    default: return;
    }
}

void peer_rtcp(struct peer *p, uint8_t *bytes, size_t n, usec_t now)
{
    struct rtcp part;

    if (!p->connected || p->gone || srtcp_unprotect(p->in, bytes, n, &n) != 0)
        return;
    struct span rest = span_of(bytes, n);
    for (int i = 0; i < RTCP_PARTS_MAX && rtcp_next(&rest, &part); i++)
        hear(p, &part, now);
}

static void begin(struct peer *p, struct rtcp_out *o)
{
    *o = (struct rtcp_out){.p = lane_room(p->lane), .cap = RTCP_ROOM};
}

static void send_said(struct peer *p, struct rtcp_out *o)
{
    size_t n;

    if (o->len > 0 && p->ice.has_path && srtcp_protect(p->out, o->p, o->len, DATAGRAM_MAX, &n) == 0)
        lane_send(p->lane, &p->ice.selected, o->p, n);
    o->len = 0;
}

/* Where a stream of ours is now, on the clock of whose it is: so that sound and picture of one person, and of one
 * after another, are told the same time. */
static bool sender_of(const struct slot *s, usec_t now, struct rtcp_sender *ret)
{
    const int layer = s->layers && s->source ? layers_current(s->layers) : -1;

    if (layer < 0 || s->packets == 0 || s->source->encodings[layer].report.at == 0)
        return false;
    const struct heard_report *h = &s->source->encodings[layer].report;
    const usec_t gone = now - h->at;
    const uint32_t ticks = (uint32_t)(gone * (s->video ? 90 : 48) / MSEC);
    *ret = (struct rtcp_sender){
        .ntp = h->ntp + (gone / SEC << 32) + ((gone % SEC) << 32) / SEC,
        .timestamp = layers_timestamp(s->layers, h->timestamp + ticks),
        .packets = s->packets,
        .octets = s->octets,
    };
    return true;
}

static void report_slot(struct peer *p, struct slot *s, struct rtcp_out *o, usec_t now)
{
    struct rtcp_sender sender;

    if (!sender_of(s, now, &sender))
        return;
    if (o->cap - o->len < 64) {
        send_said(p, o);
        begin(p, o);
    }
    rtcp_put_sr(o, s->ssrc, &sender);
    rtcp_put_cname(o, s->ssrc, SDP_CNAME);
    s->report = (uint32_t)(sender.ntp >> 16);
    s->report_at = now;
}

static void report_received(struct peer *p, struct rtcp_out *o, usec_t now)
{
    struct rtcp_report reports[RTCP_REPORTS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < p->ssrc_count && n < RTCP_REPORTS_MAX; i++) {
        const struct heard_ssrc *h = &p->ssrcs[i];
        struct encoding *e = &p->sources[h->kind].encodings[h->layer];
        if (!h->rtx && e->ssrc == h->ssrc && e->reception.started)
            reception_report(&e->reception, &e->report, e->ssrc, now, &reports[n++]);
    }
    if (n > 0)
        rtcp_put_rr(o, p->own_ssrc, reports, n);
}

void peer_report(struct peer *p, usec_t now)
{
    struct rtcp_out o;

    if (now < p->reported_at + REPORT_EVERY)
        return;
    p->reported_at = now;
    begin(p, &o);
    report_received(p, &o, now);
    for (size_t i = 0; i < p->terms.pairs; i++) {
        report_slot(p, &p->audio[i], &o, now);
        report_slot(p, &p->video[i], &o, now);
    }
    send_said(p, &o);
}

static void ask_again(struct peer *p, struct encoding *e, struct rtcp_out *o, usec_t now)
{
    uint16_t seqs[FEEDBACK_NACKS];

    if (!e->nack || !e->bound)
        return;
    const size_t n = nack_due(e->nack, now, seqs, FEEDBACK_NACKS);
    if (n > 0)
        rtcp_put_nack(o, p->own_ssrc, e->ssrc, seqs, n);
    if (nack_take_loss(e->nack))
        pli_want(&e->pli);
    if (pli_due(&e->pli, now))
        rtcp_put_pli(o, p->own_ssrc, e->ssrc);
}

static void feed_back(struct peer *p, struct rtcp_out *o, usec_t now)
{
    uint8_t body[TWCC_BODY_MAX];
    const size_t n = twcc_in_write(&p->arrivals, body, now);

    if (n > 0)
        rtcp_put_transport_cc(o, p->own_ssrc, p->ssrcs[0].ssrc, span_of(body, n));
}

void peer_feedback(struct peer *p, bool frame_end, usec_t now)
{
    struct rtcp_out o;

    if (p->ssrc_count == 0)
        return; /* it sends nothing */
    begin(p, &o);
    for (int i = PLANE_CAMERA; i <= PLANE_SCREEN; i++) {
        for (int layer = 0; layer < PLANE_LAYERS; layer++)
            ask_again(p, &p->sources[i].encodings[layer], &o, now);
    }
    if (twcc_in_due(&p->arrivals, frame_end, now))
        feed_back(p, &o, now);
    send_said(p, &o);
}
