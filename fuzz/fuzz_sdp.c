/*
 * Offers: what is kept of one lies within its text and its limits, one that is refused says why, and the answer has an
 * m-line for each of the offer's and can be read.
 */
#include "wire/sdp.h"

#include "fuzz.h"

static void check_within(struct span inner, struct span text)
{
    MUST(inner.len == 0 || (inner.p >= text.p && inner.p + inner.len <= text.p + text.len));
}

static void look(const struct sdp *s, struct span text)
{
    MUST(s->media_count <= SDP_MEDIA_MAX);
    check_within(s->session, text);
    check_within(s->ufrag, text);
    check_within(s->pwd, text);
    for (size_t i = 0; i < s->media_count; i++) {
        const struct sdp_media *m = &s->media[i];
        MUST(m->codec_count <= SDP_CODECS_MAX && m->rid_count <= SDP_RIDS_MAX);
        check_within(m->line, text);
        check_within(m->mid, text);
        MUST(m->mid.len <= SDP_MID_LEN);
        for (size_t k = 0; k < m->rid_count; k++)
            MUST(m->rids[k].len <= SDP_RID_LEN);
        for (int e = 0; e < RTPEXT_COUNT_; e++)
            MUST(m->extensions[e] <= RTPEXT_ID_MAX);
    }
}

static void answer(const struct sdp *offer)
{
    static const struct sdp_answer a = {
        .ufrag = "Aufragxx", .pwd = "0123456789abcdef01234567", .fingerprint = "AB:CD"};
    struct buf out = {0};
    size_t lines = 0;

    sdp_answer_begin(&out, offer);
    for (size_t i = 0; i < offer->media_count; i++) {
        const struct sdp_media *m = &offer->media[i];
        struct sdp_accept x = {.first = i == 0, .media = m};
        const struct sdp_codec *vp8 = sdp_codec_of(m, m->kind == SDP_AUDIO ? SDP_OPUS : SDP_VP8);
        if (vp8)
            x.codecs[x.codec_count++] = vp8;
        const struct sdp_codec *rtx = vp8 ? sdp_rtx_of(m, vp8) : NULL;
        if (rtx)
            x.codecs[x.codec_count++] = rtx;
        x.extensions[RTPEXT_MID] = true;
        if (i % 2 == 0)
            x.stream = (struct sdp_stream){.name = span_str("p0"), .ssrc = 1, .rtx_ssrc = 2};
        sdp_answer_media(&out, &a, &x);
    }
    struct span rest = buf_span(&out);
    struct span line;
    while (span_split(&rest, '\n', &line))
        lines += span_starts(line, "m=");
    MUST(lines == offer->media_count);
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span text = span_of(data, size);
    static struct sdp s;
    const char *why = NULL;

    if (sdp_parse(text, &s, &why) != 0) {
        MUST(why);
        return 0;
    }
    look(&s, text);
    answer(&s);
    return 0;
}
