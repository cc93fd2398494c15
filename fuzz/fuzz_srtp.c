/*
 * SRTP and SRTCP: what nobody sealed is refused and changes nothing, what was sealed is opened once and is what it was,
 * and of packets that come in any order those are taken that a plain list of all that came would take.
 */
#include "crypto/srtp.h"

#include <errno.h>

#include "fuzz.h"

enum {
    STEPS = 32,
    ROOM = 512,
    STRIDE = 64,
    FIRST = 65000, /* the first number: sixteen bits soon begin anew */
    RTP_FIXED = 12,
    RTCP_FIXED = 8,
};

struct model {
    struct srtp *out;
    struct srtp *in;
    uint64_t highest; /* 0: nothing came yet */
    uint64_t taken[STEPS];
    size_t count;
};

static struct model model_new(enum srtp_profile profile)
{
    const struct srtp_keys k = {.profile = profile, .key = "sixteen letters", .salt = "twelve and"};

    return (struct model){.out = srtp_new(&k), .in = srtp_new(&k)};
}

static int expected(const struct model *m, uint64_t index)
{
    if (m->highest != 0 && index + SRTP_WINDOW <= m->highest)
        return -EALREADY;
    for (size_t i = 0; i < m->count; i++) {
        if (m->taken[i] == index)
            return -EALREADY;
    }
    return 0;
}

typedef int open_fn(struct srtp *s, uint8_t *p, size_t len, size_t *ret_len);

/* In room of just its size, so that a step beyond it is seen. */
static int open_copy(struct srtp *s, open_fn *open, const uint8_t *p, size_t n, struct span plain)
{
    uint8_t *copy = malloc(n ? n : 1);
    size_t len = 0;

    MUST(copy);
    if (n > 0)
        memcpy(copy, p, n);
    const int rc = open(s, copy, n, &len);
    MUST(rc == 0 || rc == -EBADMSG || rc == -EALREADY);
    if (rc == 0)
        MUST(span_eq(span_of(copy, len), plain));
    free(copy);
    return rc;
}

static struct span take_bytes(struct span *s, size_t n)
{
    const struct span got = span_sub(*s, 0, n);

    *s = span_sub(*s, n, s->len);
    return got;
}

/* Bytes as they are: nobody has sealed them. */
static void step_raw(struct model *m, struct span *s)
{
    const struct span raw = take_bytes(s, fuzz_byte(s));

    MUST(open_copy(m->in, srtp_unprotect, (const uint8_t *)raw.p, raw.len, SPAN_NONE) != 0);
    MUST(open_copy(m->in, srtcp_unprotect, (const uint8_t *)raw.p, raw.len, SPAN_NONE) != 0);
}

/* With contributors and an extension, as `shape` says. */
static size_t write_head(uint8_t *p, uint64_t index, uint8_t shape)
{
    const size_t csrcs = shape & 3;
    const size_t words = shape >> 2 & 3;
    size_t n = RTP_FIXED + csrcs * 4;

    memset(p, shape, ROOM);
    p[0] = (uint8_t)(0x80 | csrcs | (words > 0 ? 0x10 : 0));
    p[2] = (uint8_t)(index >> 8);
    p[3] = (uint8_t)index;
    memcpy(p + 8, "ssrc", 4);
    if (words == 0)
        return n;
    p[n + 2] = 0;
    p[n + 3] = (uint8_t)words;
    return n + 4 + words * 4;
}

/* Some bit of it is another one: it is refused, and then taken as it was sealed. */
static void touch(struct model *m, open_fn *open, uint8_t *p, size_t n, unsigned where)
{
    const uint8_t bit = (uint8_t)(1U << where % 8);
    uint8_t *b = &p[where / 8 % n];

    *b ^= bit;
    MUST(open_copy(m->in, open, p, n, SPAN_NONE) != 0);
    *b ^= bit;
}

static void step_rtp(struct model *m, struct span *s)
{
    const int8_t leap = (int8_t)fuzz_byte(s);
    const uint8_t shape = fuzz_byte(s);
    const unsigned where = (unsigned)fuzz_byte(s) << 8 | fuzz_byte(s);
    const struct span payload = take_bytes(s, fuzz_byte(s));
    const uint64_t near = m->highest ? m->highest : FIRST;
    const int64_t step = m->highest == 0 ? 0 : (shape & 0x80) != 0 ? leap * STRIDE : leap;
    const uint64_t index = near + (uint64_t)step;
    uint8_t sealed[ROOM];
    uint8_t plain[ROOM];

    const size_t head = write_head(plain, index, shape);
    memcpy(sealed, plain, head);
    if (payload.len > 0)
        memcpy(plain + head, payload.p, payload.len);
    const int n = srtp_protect(m->out, index, sealed, head, payload);
    MUST(n > (int)(head + payload.len) && n <= (int)(head + payload.len + SRTP_OVERHEAD_MAX));
    const int want = expected(m, index);
    touch(m, srtp_unprotect, sealed, (size_t)n, where);
    const struct span whole = span_of(plain, head + payload.len);
    MUST(open_copy(m->in, srtp_unprotect, sealed, (size_t)n, whole) == want);
    if (want != 0)
        return;
    MUST(open_copy(m->in, srtp_unprotect, sealed, (size_t)n, whole) == -EALREADY);
    m->taken[m->count++] = index;
    if (index > m->highest)
        m->highest = index;
}

static void step_rtcp(struct model *m, struct span *s)
{
    const unsigned where = (unsigned)fuzz_byte(s) << 8 | fuzz_byte(s);
    const struct span body = take_bytes(s, fuzz_byte(s));
    const size_t len = RTCP_FIXED + body.len;
    uint8_t plain[ROOM] = {0x80, 200, 0, 0, 's', 's', 'r', 'c'};
    uint8_t sealed[ROOM];
    size_t n = 0;

    if (body.len > 0)
        memcpy(plain + RTCP_FIXED, body.p, body.len);
    memcpy(sealed, plain, len);
    MUST(srtcp_protect(m->out, sealed, len, len + SRTCP_OVERHEAD_MAX, &n) == 0);
    MUST(n > len && n <= len + SRTCP_OVERHEAD_MAX);
    touch(m, srtcp_unprotect, sealed, n, where);
    MUST(open_copy(m->in, srtcp_unprotect, sealed, n, span_of(plain, len)) == 0);
    MUST(open_copy(m->in, srtcp_unprotect, sealed, n, span_of(plain, len)) == -EALREADY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span s = span_of(data, size);
    struct model m = model_new((fuzz_byte(&s) & 1) != 0 ? SRTP_GCM : SRTP_CM);

    for (int i = 0; i < STEPS && s.len > 0; i++) {
        switch (fuzz_byte(&s) & 3) {
        case 0: step_raw(&m, &s); break;
        case 1: step_rtcp(&m, &s); break;
        default: step_rtp(&m, &s); break;
        }
    }
    (void)srtp_free(m.out);
    (void)srtp_free(m.in);
    return 0;
}
