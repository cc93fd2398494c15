#include "media/source.h"

#include "media/room.h"
#include "wire/rtp.h"

enum {
    STORE_NUMBERS = 512,
    STORE_BYTES_LOW = 64 * 1024, /* a second or two of each */
    STORE_BYTES_MID = 160 * 1024,
    STORE_BYTES_HIGH = 448 * 1024,
    JUMP = 3000, /* numbers: more is a new beginning (RFC 3550, A.1: MAX_DROPOUT) */
};

/* Reordering is seldom wider than this; a resend is asked for again after a round trip. */
static const struct nack_conf nack_conf = {.wait = 5 * MSEC, .retry = 40 * MSEC, .max_tries = 8};

void source_init(struct source *s, struct peer *p, enum plane_source kind)
{
    *s = (struct source){.peer = p, .kind = kind, .on = true};
    list_init(&s->slots);
    list_init(&s->dirty);
}

void source_done(struct source *s)
{
    LIST_EACH_SAFE (&s->slots, it)
        slot_set(container_of(it, struct slot, link), NULL);
    list_del(&s->dirty);
    for (size_t i = 0; i < PLANE_LAYERS; i++) {
        s->encodings[i].nack = nack_free(s->encodings[i].nack);
        s->encodings[i].store = store_free(s->encodings[i].store);
    }
}

/* What a screen needs is as much as a camera's best. */
static size_t store_bytes(const struct source *s, const struct encoding *e)
{
    static const size_t of_layer[PLANE_LAYERS] = {STORE_BYTES_LOW, STORE_BYTES_MID,
                                                  STORE_BYTES_HIGH};

    return s->kind == PLANE_SCREEN ? STORE_BYTES_HIGH : of_layer[e - s->encodings];
}

void encoding_bind(struct source *s, struct encoding *e, uint32_t ssrc)
{
    e->ssrc = ssrc;
    e->bound = true;
    e->reception = (struct reception){0};
    e->report = (struct heard_report){0};
    e->has_key = false;
    if (!source_is_video(s))
        return;
    if (!e->nack)
        e->nack = nack_new(&nack_conf);
    nack_clear(e->nack);
    if (!e->store)
        e->store = store_new(store_bytes(s, e), STORE_NUMBERS);
    store_clear(e->store);
}

int source_ideal_layer(const struct source *s, uint16_t height)
{
    /* until a key frame has told: of a camera of 720 lines */
    static const uint16_t usual[PLANE_LAYERS] = {180, 360, 720};

    if (s->kind != PLANE_CAMERA)
        return 0;
    for (int i = 0; i < PLANE_HIGH; i++) {
        const uint16_t has = s->encodings[i].height != 0 ? s->encodings[i].height : usual[i];
        if ((unsigned)has * 6 >= (unsigned)height * 5)
            return i;
    }
    return PLANE_HIGH;
}

int source_layer_for(const struct source *s, uint16_t height, usec_t now)
{
    int best = -1;

    for (int i = 0; i < PLANE_LAYERS; i++) {
        const struct encoding *e = &s->encodings[i];
        if (!encoding_alive(e, now))
            continue;
        best = i;
        /* a fifth larger than it is shows no more than it has */
        if (e->height == 0 || (unsigned)e->height * 6 >= (unsigned)height * 5)
            break;
    }
    return best;
}

void reception_seen(struct reception *r, uint16_t seq, uint32_t timestamp, unsigned clock_rate,
                    usec_t now, uint64_t *ret_seq)
{
    const uint64_t whole = rtp_extend(r->highest, seq);
    const int64_t transit = (int64_t)(now * clock_rate / SEC) - (int64_t)timestamp;

    if (!r->started) {
        *r = (struct reception){.started = true, .first = whole, .highest = whole};
        r->transit = transit;
    }
    r->received++;
    if (whole > r->highest) {
        const double d = (double)(int32_t)(uint32_t)(transit - r->transit);
        r->jitter += ((d < 0 ? -d : d) - r->jitter) / 16;
        r->transit = transit;
        r->highest = whole;
    }
    *ret_seq = whole;
}

void reception_report(struct reception *r, const struct heard_report *heard, uint32_t ssrc,
                      usec_t now, struct rtcp_report *ret)
{
    const uint64_t expected = r->highest - r->first + 1;
    const uint64_t span = expected - r->expected_before;
    const uint64_t got = r->received - r->received_before;
    const int64_t lost = (int64_t)expected - (int64_t)r->received;

    r->expected_before = expected;
    r->received_before = r->received;
    *ret = (struct rtcp_report){
        .ssrc = ssrc,
        .fraction_lost = span > got ? (uint8_t)(((span - got) * 255) / span) : 0,
        .lost = lost > 0x7fffff ? 0x7fffff
                : lost < 0      ? 0
                                : (int32_t)lost,
        .highest = (uint32_t)r->highest,
        .jitter = (uint32_t)r->jitter,
        .last_sr = heard->at ? (uint32_t)(heard->ntp >> 16) : 0,
        .delay = heard->at ? (uint32_t)((now - heard->at) * 65536 / SEC) : 0,
    };
}

static void measure(struct encoding *e, const struct packet *k, usec_t now)
{
    e->last_at = now;
    e->bytes += k->len;
    if (e->rate_at == 0) {
        e->rate_at = now;
        e->bytes = 0;
    } else if (now >= e->rate_at + SEC) {
        e->rate = (uint32_t)(e->bytes * 8 * SEC / (now - e->rate_at));
        e->bytes = 0;
        e->rate_at = now;
    }
}

static void note_key(struct encoding *e, const struct packet *k)
{
    e->has_key = true;
    e->key_seq = k->seq;
    if (k->vp8.height != 0)
        e->height = k->vp8.height;
    pli_answered(&e->pli);
}

/* Another stream under the old SSRC: its numbers say nothing about the old ones. */
static bool begins_anew(const struct encoding *e, uint16_t seq)
{
    const uint16_t ahead = (uint16_t)(seq - (uint16_t)e->reception.highest);

    return e->reception.started && ahead > JUMP && ahead < (uint16_t)(0x10000 - JUMP);
}

void source_take(struct source *s, struct packet *k, uint16_t seq, bool repeated, usec_t now)
{
    struct encoding *e = &s->encodings[k->layer];
    struct packet before;

    /* senders probe with packets that we have: those are no news */
    if (repeated &&
        (!e->store || store_get(e->store, rtp_extend(e->reception.highest, seq), &before)))
        return;
    if (!repeated && begins_anew(e, seq)) {
        encoding_bind(s, e, e->ssrc);
        slots_afresh(s);
    }
    if (repeated) {
        k->seq = rtp_extend(e->reception.highest, seq);
    } else {
        reception_seen(&e->reception, seq, k->timestamp, source_is_video(s) ? 90000 : 48000, now,
                       &k->seq);
    }
    if (repeated) {
        nack_recovered(e->nack, seq);
    } else if (e->nack) {
        nack_seen(e->nack, seq, now);
    }
    measure(e, k, now);
    if (k->key)
        note_key(e, k);
    if (e->store && k->len > 0)
        store_put(e->store, k);
    if (s->on)
        forward_later(s, k);
}
