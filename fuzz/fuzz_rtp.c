/*
 * RTP packets with their extensions, and VP8 and redundant sound in them: what is read lies within the packet, a header that is written
 * of it is read again as it was, and numbers that are patched are read again with nothing else changed.
 */
#include "wire/red.h"
#include "wire/rtp.h"
#include "wire/rtpext.h"
#include "wire/vp8.h"

#include "fuzz.h"

static bool within(struct span inner, struct span outer)
{
    return inner.len == 0 || (inner.p >= outer.p && inner.p + inner.len <= outer.p + outer.len);
}

static struct rtpext_ids ids_of(struct span *s)
{
    struct rtpext_ids ids = {0};

    for (int e = 0; e < RTPEXT_COUNT_; e++)
        ids.id[e] = fuzz_byte(s) % (RTPEXT_ID_MAX + 1);
    return ids;
}

/* Each with a number of its own, so that what is read is what was written under it. */
static void write_again(const struct rtp *p, const struct rtpext_values *x)
{
    uint8_t out[RTP_HEAD_MAX];
    struct rtpext_ids ids;
    struct rtpext_values values = *x;
    struct rtpext_values back;
    struct rtp r;

    for (int e = 0; e < RTPEXT_COUNT_; e++) {
        ids.id[e] = (uint8_t)(e + 1);
        if (values.value[e].len > RTPEXT_VALUE_MAX)
            values.value[e].len = RTPEXT_VALUE_MAX;
    }
    const struct rtp_head h = {p->timestamp, p->ssrc, p->ssrc, p->seq, p->payload_type, p->marker};
    const size_t n = rtp_write_head(out, &h, &ids, &values);
    MUST(n >= RTP_HEADER && n <= RTP_HEAD_MAX);
    MUST(rtp_parse(span_of(out, n), &r) == 0 && r.header_len == n && r.payload.len == 0);
    MUST(r.seq == p->seq && r.timestamp == p->timestamp && r.ssrc == p->ssrc);
    MUST(r.marker == p->marker && r.payload_type == p->payload_type);
    rtpext_read(&r, &ids, &back);
    for (int e = 0; e < RTPEXT_COUNT_; e++)
        MUST(span_eq(back.value[e], values.value[e]));
}

static void patch(struct span payload)
{
    uint8_t copy[2048];
    struct vp8 v;
    struct vp8 back;

    if (vp8_parse(payload, &v) != 0 || payload.len > sizeof(copy))
        return;
    MUST(v.len > 0 && v.len <= payload.len);
    memcpy(copy, payload.p, payload.len);
    vp8_patch(copy, &v, 0x1234, 0x56);
    MUST(vp8_parse(span_of(copy, payload.len), &back) == 0);
    MUST(!v.has_picture_id || back.picture_id == (v.wide ? 0x1234 : 0x34));
    MUST(!v.has_tl0 || back.tl0_picidx == 0x56);
    MUST(back.len == v.len && back.key == v.key && back.start == v.start && back.tid == v.tid);
    MUST(memcmp(copy + v.len, payload.p + v.len, payload.len - v.len) == 0);
}

static void unfold(struct span payload)
{
    struct span primary;

    if (payload.len == 0 || red_primary(payload, payload.p[0] & 0x7f, &primary) != 0)
        return;
    MUST(within(primary, payload));
    MUST(primary.len < payload.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = span_of(data, size);
    const struct rtpext_ids ids = ids_of(&in);
    struct rtpext_values x;
    struct rtp r;

    (void)rtp_is_rtcp((const uint8_t *)in.p, in.len);
    if (rtp_parse(in, &r) != 0)
        return 0;
    MUST(r.header_len >= RTP_HEADER && r.header_len + r.payload.len <= in.len);
    MUST(within(r.extension, in) && within(r.payload, in));
    rtpext_read(&r, &ids, &x);
    for (int e = 0; e < RTPEXT_COUNT_; e++)
        MUST(within(x.value[e], r.extension));
    write_again(&r, &x);
    patch(r.payload);
    unfold(r.payload);
    return 0;
}
