#include "wire/rtcp.h"

#include <assert.h>

enum {
    TYPE_SR = 200,
    TYPE_RR = 201,
    TYPE_SDES = 202,
    TYPE_BYE = 203,
    TYPE_RTPFB = 205,
    TYPE_PSFB = 206,
    FMT_NACK = 1,
    FMT_TRANSPORT_CC = 15,
    FMT_PLI = 1,
    FMT_FIR = 4,
    SENDER_INFO = 20,
    REPORT_BLOCK = 24,
    FIR_ENTRY = 8,
    SDES_CNAME = 1,
    NACK_REACH = 16, /* numbers behind the first of a block */
};

static uint16_t get16(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;

    return (uint16_t)(b[0] << 8 | b[1]);
}

static uint32_t get32(const char *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, (uint16_t)(v >> 16));
    put16(p + 2, (uint16_t)v);
}

static enum rtcp_kind kind_of(uint8_t type, uint8_t fmt)
{
    switch (type) {
    case TYPE_SR: return RTCP_SR;
    case TYPE_RR: return RTCP_RR;
    case TYPE_BYE: return RTCP_BYE;
    case TYPE_RTPFB:
        if (fmt == FMT_NACK)
            return RTCP_NACK;
        return fmt == FMT_TRANSPORT_CC ? RTCP_TRANSPORT_CC : RTCP_OTHER;
    case TYPE_PSFB:
        if (fmt == FMT_PLI)
            return RTCP_PLI;
        return fmt == FMT_FIR ? RTCP_FIR : RTCP_OTHER;
    default: return RTCP_OTHER;
    }
}

/* How many bytes a part of this kind has before its body. */
static size_t head_of(enum rtcp_kind kind)
{
    switch (kind) {
    case RTCP_SR: return RTCP_HEADER + 4 + SENDER_INFO;
    case RTCP_RR: return RTCP_HEADER + 4;
    case RTCP_NACK:
    case RTCP_TRANSPORT_CC:
    case RTCP_PLI:
    case RTCP_FIR: return RTCP_HEADER + 8;
    default: return RTCP_HEADER;
    }
}

static void read_head(const char *p, struct rtcp *r)
{
    if (r->kind == RTCP_OTHER || r->kind == RTCP_BYE)
        return;
    r->sender = get32(p + 4);
    if (r->kind == RTCP_SR) {
        r->report.ntp = (uint64_t)get32(p + 8) << 32 | get32(p + 12);
        r->report.timestamp = get32(p + 16);
        r->report.packets = get32(p + 20);
        r->report.octets = get32(p + 24);
    } else if (r->kind != RTCP_RR) {
        r->media = get32(p + 8);
    }
}

static bool counts_right(const struct rtcp *r)
{
    switch (r->kind) {
    case RTCP_SR:
    case RTCP_RR: return r->body.len >= (size_t)r->count * REPORT_BLOCK;
    case RTCP_BYE: return r->body.len >= (size_t)r->count * 4;
    default: return true;
    }
}

bool rtcp_next(struct span *rest, struct rtcp *ret)
{
    const struct span s = *rest;
    struct rtcp r = {0};

    if (s.len < RTCP_HEADER || (uint8_t)s.p[0] >> 6 != 2)
        return false;
    const size_t len = ((size_t)get16(s.p + 2) + 1) * 4;
    if (s.len < len)
        return false;
    /* not always a multiple of four, whatever RFC 3550 says: transport-cc is filled up to whole words */
    const size_t padding = ((uint8_t)s.p[0] & 0x20) != 0 ? (uint8_t)s.p[len - 1] : 0;
    r.count = (uint8_t)s.p[0] & 0x1f;
    r.kind = kind_of((uint8_t)s.p[1], r.count);
    const size_t head = head_of(r.kind);
    if (len < head + padding)
        return false;
    read_head(s.p, &r);
    r.body = span_sub(s, head, len - head - padding);
    if (!counts_right(&r))
        return false;
    *rest = span_sub(s, len, s.len - len);
    *ret = r;
    return true;
}

void rtcp_report_at(const struct rtcp *r, size_t i, struct rtcp_report *ret)
{
    assert(i < r->count && (i + 1) * REPORT_BLOCK <= r->body.len);
    const char *p = r->body.p + i * REPORT_BLOCK;
    const uint32_t lost = get32(p + 4);

    *ret = (struct rtcp_report){.ssrc = get32(p),
                                .fraction_lost = (uint8_t)(lost >> 24),
                                .lost = (int32_t)(lost << 8) >> 8,
                                .highest = get32(p + 8),
                                .jitter = get32(p + 12),
                                .last_sr = get32(p + 16),
                                .delay = get32(p + 20)};
}

size_t rtcp_nacks(const struct rtcp *r, uint16_t *ret, size_t max)
{
    size_t n = 0;

    for (size_t at = 0; at + 4 <= r->body.len; at += 4) {
        const uint16_t pid = get16(r->body.p + at);
        const uint16_t mask = get16(r->body.p + at + 2);

        if (n < max)
            ret[n++] = pid;
        for (unsigned bit = 0; bit < NACK_REACH && n < max; bit++) {
            if ((mask >> bit & 1) != 0)
                ret[n++] = (uint16_t)(pid + bit + 1);
        }
    }
    return n;
}

size_t rtcp_fir_targets(const struct rtcp *r, uint32_t *ret, size_t max)
{
    size_t n = 0;

    for (size_t at = 0; at + FIR_ENTRY <= r->body.len && n < max; at += FIR_ENTRY)
        ret[n++] = get32(r->body.p + at);
    return n;
}

/* Room for a part of so many bytes, its header written; NULL when full. */
static uint8_t *begin(struct rtcp_out *o, uint8_t count, uint8_t type, size_t len)
{
    uint8_t *p = o->p + o->len;

    assert(len % 4 == 0 && count <= RTCP_REPORTS_MAX);
    if (o->cap - o->len < len) {
        o->full = true;
        return NULL;
    }
    p[0] = (uint8_t)(2 << 6 | count);
    p[1] = type;
    put16(p + 2, (uint16_t)(len / 4 - 1));
    o->len += len;
    return p;
}

void rtcp_put_sr(struct rtcp_out *o, uint32_t ssrc, const struct rtcp_sender *s)
{
    uint8_t *p = begin(o, 0, TYPE_SR, RTCP_HEADER + 4 + SENDER_INFO);

    if (!p)
        return;
    put32(p + 4, ssrc);
    put32(p + 8, (uint32_t)(s->ntp >> 32));
    put32(p + 12, (uint32_t)s->ntp);
    put32(p + 16, s->timestamp);
    put32(p + 20, s->packets);
    put32(p + 24, s->octets);
}

void rtcp_put_rr(struct rtcp_out *o, uint32_t ssrc, const struct rtcp_report *reports, size_t n)
{
    uint8_t *p = begin(o, (uint8_t)n, TYPE_RR, RTCP_HEADER + 4 + n * REPORT_BLOCK);

    if (!p)
        return;
    put32(p + 4, ssrc);
    for (size_t i = 0; i < n; i++) {
        uint8_t *b = p + 8 + i * REPORT_BLOCK;
        put32(b, reports[i].ssrc);
        put32(b + 4,
              (uint32_t)reports[i].fraction_lost << 24 | ((uint32_t)reports[i].lost & 0xffffff));
        put32(b + 8, reports[i].highest);
        put32(b + 12, reports[i].jitter);
        put32(b + 16, reports[i].last_sr);
        put32(b + 20, reports[i].delay);
    }
}

void rtcp_put_cname(struct rtcp_out *o, uint32_t ssrc, const char *cname)
{
    const struct span name = span_str(cname); /* RTCP knows no end of a text but its length */
    const size_t n = name.len;
    /* SSRC, item header, text, and at least one zero that ends the list */
    const size_t len = (RTCP_HEADER + 4 + 2 + n + 1 + 3) & ~(size_t)3;
    uint8_t *p = begin(o, 1, TYPE_SDES, len);

    assert(n <= UINT8_MAX);
    if (!p)
        return;
    memset(p + RTCP_HEADER, 0, len - RTCP_HEADER);
    put32(p + 4, ssrc);
    p[8] = SDES_CNAME;
    p[9] = (uint8_t)n;
    memcpy(p + 10, name.p, n);
}

/* How many of seqs one block takes from the first on. */
static size_t block_of(const uint16_t *seqs, size_t n, uint16_t *ret_mask)
{
    size_t i = 1;

    *ret_mask = 0;
    for (; i < n; i++) {
        const uint16_t behind = (uint16_t)(seqs[i] - seqs[0]);
        if (behind == 0 || behind > NACK_REACH)
            break;
        *ret_mask |= (uint16_t)(1U << (behind - 1));
    }
    return i;
}

void rtcp_put_nack(struct rtcp_out *o, uint32_t sender, uint32_t media, const uint16_t *seqs,
                   size_t n)
{
    size_t blocks = 0;
    uint16_t mask;

    for (size_t i = 0; i < n; i += block_of(seqs + i, n - i, &mask))
        blocks++;
    uint8_t *p = begin(o, FMT_NACK, TYPE_RTPFB, RTCP_HEADER + 8 + blocks * 4);
    if (!p)
        return;
    put32(p + 4, sender);
    put32(p + 8, media);
    p += 12;
    for (size_t i = 0; i < n; p += 4) {
        const size_t taken = block_of(seqs + i, n - i, &mask);
        put16(p, seqs[i]);
        put16(p + 2, mask);
        i += taken;
    }
}

void rtcp_put_pli(struct rtcp_out *o, uint32_t sender, uint32_t media)
{
    uint8_t *p = begin(o, FMT_PLI, TYPE_PSFB, RTCP_HEADER + 8);

    if (!p)
        return;
    put32(p + 4, sender);
    put32(p + 8, media);
}

void rtcp_put_transport_cc(struct rtcp_out *o, uint32_t sender, uint32_t media, struct span body)
{
    uint8_t *p = begin(o, FMT_TRANSPORT_CC, TYPE_RTPFB, RTCP_HEADER + 8 + body.len);

    if (!p)
        return;
    put32(p + 4, sender);
    put32(p + 8, media);
    memcpy(p + 12, body.p, body.len);
}

void rtcp_put_bye(struct rtcp_out *o, uint32_t ssrc)
{
    uint8_t *p = begin(o, 1, TYPE_BYE, RTCP_HEADER + 4);

    if (p)
        put32(p + 4, ssrc);
}
