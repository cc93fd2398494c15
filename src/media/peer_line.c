#include "media/peer_line.h"

#include "media/room.h"
#include "wire/rtp.h"
#include "wire/twcc.h"

enum {
    PADDING = 255,        /* bytes of a packet of a probe; the last says how many */
    PADDINGS_A_TICK = 64, /* 13 Mbit/s */
    HEADERS = 28 + 4,     /* of IP, UDP and what a relay adds */
    AUDIO_SHARE = 110,    /* percent: sound goes first */
};

#define AUDIO_EVERY SEC

void peer_line_init(struct peer_line *l, usec_t now)
{
    l->sent = twcc_out_new();
    l->audio_at = now;
    estimate_init(&l->estimate, now);
}

void peer_line_done(struct peer_line *l)
{
    l->sent = twcc_out_free(l->sent);
}

static bool is_probing(const struct peer_line *l)
{
    return l->probe_at != 0 && l->estimate.probe.id != 0;
}

void peer_line_sent(struct peer_line *l, size_t size, bool video, bool numbered, usec_t now)
{
    const size_t whole = size + HEADERS;

    if (numbered) {
        twcc_out_sent(l->sent, whole, is_probing(l) ? l->estimate.probe.id : 0, now);
        estimate_sent(&l->estimate, now);
    }
    l->bytes += whole;
    if (video)
        return;
    l->audio_bytes += whole;
    if (now < l->audio_at + AUDIO_EVERY)
        return;
    l->audio = (uint32_t)(l->audio_bytes * 8 * SEC / (now - l->audio_at));
    l->audio_bytes = 0;
    l->audio_at = now;
}

void peer_line_hear(struct peer *p, const struct rtcp *part, usec_t now)
{
    struct twcc_arrival told[TWCC_PACKETS_MAX];
    struct twcc_result r;
    uint8_t number;
    const int n = twcc_parse(part->body, &number, told, TWCC_PACKETS_MAX);

    for (int i = 0; i < n; i++) {
        if (twcc_out_heard(p->line.sent, told[i].seq, told[i].received, told[i].at, now, &r))
            estimate_heard(&p->line.estimate, &r);
    }
    if (n > 0)
        estimate_settle(&p->line.estimate, p->rtt, now);
}

static uint32_t for_sound(const struct peer_line *l)
{
    return (uint32_t)((uint64_t)l->audio * AUDIO_SHARE / 100);
}

uint32_t peer_line_budget(struct peer *p)
{
    const uint32_t sound = for_sound(&p->line);
    const uint32_t rate = p->line.estimate.rate;

    if (!p->terms.numbered[true])
        return UINT32_MAX; /* it never tells */
    return rate > sound ? rate - sound : 0;
}

static struct slot *padded(struct peer *p)
{
    for (size_t i = 0; i < p->terms.pairs; i++) {
        if (p->video[i].packets > 0)
            return &p->video[i];
    }
    return NULL;
}

/* Padding on the stream of repetitions, which nobody misses a packet of (RFC 4588; RFC 3550, 5.1). */
static void pad(struct slot *s, usec_t now)
{
    static const uint8_t nothing[PADDING] = {[PADDING - 1] = PADDING};

    forward_padding(s, span_of(nothing, sizeof(nothing)), now);
}

static void go_on(struct peer *p, struct slot *s, usec_t now)
{
    struct peer_line *l = &p->line;
    const uint64_t due = l->estimate.probe.target / 8 * (now - l->probe_at) / SEC;

    for (int i = 0; i < PADDINGS_A_TICK && l->bytes - l->probe_of < due; i++)
        pad(s, now);
    if (now < l->probe_at + ESTIMATE_PROBE)
        return;
    estimate_probed(&l->estimate, p->rtt, now);
    l->probe_at = 0;
}

void peer_line_tick(struct peer *p, usec_t now)
{
    struct peer_line *l = &p->line;
    struct slot *s = padded(p);

    estimate_tick(&l->estimate, now);
    if (l->probe_at != 0 && (!s || l->estimate.probe.id == 0))
        l->probe_at = 0; /* given up */
    if (l->probe_at != 0) {
        go_on(p, s, now);
        return;
    }
    if (l->lacks == 0 || !s || p->terms.vp8_rtx == 0 ||
        !estimate_probe(&l->estimate, l->lacks + for_sound(l), p->rtt, now))
        return;
    l->probe_at = now;
    l->probe_of = l->bytes;
}
