#include "stream.h"

#include "wire/rtcp.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum {
    DESCRIPTOR = 6, /* of VP8: X, I with 15 bits, L, T */
    RECORD_AT = 16, /* behind what a key frame says of itself */
    RECORD = 16,
    NAMED = 200,     /* packets that bear their mid */
    KEY_EVERY = 300, /* frames */
    ROOM = 2048,
    PATTERN = 256,
    WIDTH = 1280,
    HEIGHT = 720,
    AUDIO_CLOCK = 48000,
    VIDEO_CLOCK = 90000,
    REPORT_EVERY_NS = 1000000000,
};

struct record {
    uint64_t sent_ns;
    uint32_t number;
    uint16_t client;
    uint16_t size; /* of the payload */
};

static uint8_t pattern[PATTERN + ROOM];

uint64_t wall_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static const uint8_t *pattern_of(uint32_t number)
{
    if (pattern[1] == 0) {
        for (size_t i = 0; i < sizeof(pattern); i++)
            pattern[i] = (uint8_t)(i * 7);
    }
    return pattern + number % PATTERN;
}

static void describe(const struct stream_out *s, unsigned nth, bool key, uint8_t *p)
{
    const uint16_t id = (uint16_t)(s->frames & 0x7fff);

    p[0] = (uint8_t)(0x80 | (nth == 0 ? 0x10 : 0));
    p[1] = 0x80 | 0x40 | 0x20;
    p[2] = (uint8_t)(0x80 | id >> 8);
    p[3] = (uint8_t)id;
    p[4] = (uint8_t)s->frames;
    p[5] = 0;
    if (nth > 0)
        return;
    const uint8_t head[] = {
        key ? 0x10 : 0x11, 0,          0, 0x9d, 0x01, 0x2a, WIDTH & 0xff, WIDTH >> 8,
        HEIGHT & 0xff,     HEIGHT >> 8};
    memcpy(p + DESCRIPTOR, head, sizeof(head));
}

static void fill(const struct stream_out *s, unsigned nth, bool key, uint64_t at_ns, uint8_t *p)
{
    const struct record r = {at_ns, (uint32_t)s->seq, s->client, (uint16_t)s->size};

    memcpy(p, pattern_of(r.number), s->size);
    if (s->video)
        describe(s, nth, key, p);
    memcpy(p + RECORD_AT, &r, RECORD);
}

static size_t write_head(const struct stream_out *s, unsigned nth, uint8_t *out)
{
    const uint16_t number = htobe16((*s->numbers)++);
    const uint8_t level = s->level;
    struct rtpext_values x = {0};
    const double clock = s->video ? VIDEO_CLOCK : AUDIO_CLOCK;
    const struct rtp_head h = {.timestamp = (uint32_t)(s->frames * s->every * clock),
                               .ssrc = s->ssrc,
                               .seq = (uint16_t)s->seq,
                               .payload_type = s->payload_type,
                               .marker = s->video && nth + 1 == s->burst};

    if (s->seq < NAMED)
        x.value[RTPEXT_MID] = span_str(s->mid);
    x.value[RTPEXT_TRANSPORT_CC] = span_of(&number, sizeof(number));
    if (!s->video)
        x.value[RTPEXT_AUDIO_LEVEL] = span_of(&level, 1);
    return rtp_write_head(out, &h, &s->ids, &x);
}

static void send_frame(struct stream_out *s, struct line *l)
{
    static uint8_t rooms[STREAM_BURST_MAX][ROOM];
    struct iovec parts[STREAM_BURST_MAX];
    struct mmsghdr m[STREAM_BURST_MAX];
    uint8_t payload[STREAM_PAYLOAD_MAX];
    const bool key = s->key || s->frames % KEY_EVERY == 0;
    const uint64_t at = wall_ns();

    for (unsigned i = 0; i < s->burst; i++) {
        fill(s, i, key, at, payload);
        const size_t head = write_head(s, i, rooms[i]);
        const int n = srtp_protect(l->out, s->seq, rooms[i], head, span_of(payload, s->size));
        if (n < 0)
            die("srtp_protect");
        parts[i] = (struct iovec){rooms[i], (size_t)n};
        m[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}};
        s->seq++;
    }
    (void)sendmmsg(l->fd, m, s->burst, 0);
    s->key = false;
    s->frames++;
}

size_t stream_send(struct stream_out *s, struct line *l, double now)
{
    size_t n = 0;

    for (; s->due <= now; s->due += s->every, n += s->burst)
        send_frame(s, l);
    return n;
}

static struct stream_in *in_of(struct hearer *h, uint32_t ssrc)
{
    for (size_t i = 0; i < h->in_count; i++) {
        if (h->in[i].ssrc == ssrc)
            return &h->in[i];
    }
    if (h->in_count == STREAMS_IN_MAX)
        die("too many streams");
    h->in[h->in_count] = (struct stream_in){.ssrc = ssrc};
    return &h->in[h->in_count++];
}

static void note_late(struct tally *t, uint64_t sent_ns, uint64_t at_ns)
{
    if (t->late_count < t->late_cap)
        t->late[t->late_count++] = at_ns > sent_ns ? (uint32_t)((at_ns - sent_ns) / 1000) : 0;
}

/* What lies between two of one client's records lies between their numbers as well. */
static bool is_right(struct stream_in *s, const struct rtp *rtp, uint64_t seq, struct record *ret)
{
    const uint8_t *p = (const uint8_t *)rtp->payload.p;

    if (rtp->payload.len < RECORD_AT + RECORD)
        return false;
    memcpy(ret, p + RECORD_AT, RECORD);
    const bool follows =
        !s->knows || s->client != ret->client || ret->number - s->number == (uint32_t)(seq - s->at);
    s->knows = true;
    s->client = ret->client;
    s->number = ret->number;
    s->at = seq;
    const size_t from = RECORD_AT + RECORD;
    return follows && rtp->payload.len == ret->size &&
           memcmp(p + from, pattern_of(ret->number) + from, ret->size - from) == 0;
}

static void check(struct stream_in *s, struct line *l, uint8_t *p, size_t n, uint64_t seq,
                  uint64_t at_ns, struct tally *t)
{
    struct rtp rtp;
    struct record r;

    t->checked++;
    if (srtp_unprotect(l->in, p, n, &n) != 0 || rtp_parse(span_of(p, n), &rtp) != 0 ||
        !is_right(s, &rtp, seq, &r)) {
        t->wrong++;
        return;
    }
    note_late(t, r.sent_ns, at_ns);
}

static bool counts(const struct hearer *h, uint8_t payload_type)
{
    for (size_t i = 0; i < h->type_count; i++) {
        if (h->types[i] == payload_type)
            return true;
    }
    return false;
}

static void note_arrival(struct hearer *h, const struct rtp *rtp, uint64_t at_ns)
{
    struct rtpext_values x;

    if (h->ids.id[RTPEXT_TRANSPORT_CC] == 0)
        return;
    rtpext_read(rtp, &h->ids, &x);
    const struct span v = x.value[RTPEXT_TRANSPORT_CC];
    if (v.len == 2)
        twcc_in_seen(&h->arrivals, (uint16_t)((uint8_t)v.p[0] << 8 | (uint8_t)v.p[1]), at_ns / 1000,
                     at_ns / 1000);
}

void stream_hear(struct hearer *h, struct line *l, uint8_t *p, size_t n, uint64_t at_ns,
                 struct tally *t)
{
    struct rtp rtp;

    if (rtp_parse(span_of(p, n), &rtp) != 0)
        return;
    note_arrival(h, &rtp, at_ns);
    if (!counts(h, rtp.payload_type))
        return;
    struct stream_in *s = in_of(h, rtp.ssrc);
    const uint64_t seq = rtp_extend(s->highest, rtp.seq);
    s->got++;
    t->got++;
    t->bytes += n;
    if (s->first == 0)
        s->first = seq;
    if (seq <= s->highest)
        t->disordered++;
    else
        s->highest = seq;
    if (s->got % h->sample == 0)
        check(s, l, p, n, seq, at_ns, t);
}

void stream_begin_count(struct hearer *h)
{
    for (size_t i = 0; i < h->in_count; i++) {
        h->in[i].first = h->in[i].highest + 1;
        h->in[i].got = 0;
    }
}

void stream_end_count(const struct hearer *h, struct tally *t)
{
    for (size_t i = 0; i < h->in_count; i++) {
        const struct stream_in *s = &h->in[i];
        const uint64_t due = s->highest + 1 - s->first;
        t->lost += s->first > 0 && due > s->got ? due - s->got : 0;
    }
}

void stream_report(struct hearer *h, struct line *l, uint64_t now_ns)
{
    uint8_t room[ROOM];
    uint8_t body[TWCC_BODY_MAX];
    struct rtcp_out o = {.p = room, .cap = sizeof(room) - SRTCP_OVERHEAD_MAX};
    const size_t told = twcc_in_write(&h->arrivals, body, now_ns / 1000);
    size_t n;

    if (told == 0 && now_ns < h->reported_ns + REPORT_EVERY_NS)
        return;
    h->reported_ns = now_ns;
    rtcp_put_rr(&o, h->ssrc, NULL, 0);
    if (told > 0)
        rtcp_put_transport_cc(&o, h->ssrc, 0, span_of(body, told));
    if (srtcp_protect(l->out, room, o.len, sizeof(room), &n) == 0)
        (void)send(l->fd, room, n, 0);
}
