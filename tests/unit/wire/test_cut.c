/*
 * What comes from outside may end anywhere: each of these is read at every length that it can be cut to, from room of
 * just that size, so that a step beyond it is seen.
 */
#include "base/mem.h"
#include "support/test.h"
#include "wire/rtcp.h"
#include "wire/rtpext.h"
#include "wire/sdp.h"
#include "wire/vp8.h"

#include <errno.h>

typedef void read_fn(struct span cut, size_t whole);

static void cut_everywhere(const void *bytes, size_t len, read_fn *read)
{
    for (size_t n = 0; n <= len; n++) {
        char *room = mem_alloc(n ? n : 1);
        memcpy(room, bytes, n);
        read(span_of(room, n), len);
        (void)mem_free(room);
    }
}

static const struct rtpext_ids ids = {.id = {[RTPEXT_MID] = 3, [RTPEXT_TRANSPORT_CC] = 5}};

static void read_rtp(struct span cut, size_t whole)
{
    struct rtpext_values x;
    struct rtp r;

    if (rtp_parse(cut, &r) != 0) {
        CHECK(cut.len < whole);
        return;
    }
    rtpext_read(&r, &ids, &x);
    CHECK(span_is(x.value[RTPEXT_MID], "7") && x.value[RTPEXT_TRANSPORT_CC].len == 2);
    CHECK(r.header_len + r.payload.len == cut.len);
}

TEST(rtp_with_either_form_of_extensions)
{
    static const uint8_t one[] = {0x91, 96,  0,    1, 0, 0, 0,    0,    0,   0,
                                  0,    1,   9,    9, 9, 9, 0xbe, 0xde, 0,   2,
                                  0x30, '7', 0x51, 1, 2, 0, 0x60, 1,    'a', 'b'};
    static const uint8_t two[] = {0x90, 96, 0, 1, 0, 0,   0, 0, 0, 0, 0, 1,   0x10,
                                  0,    0,  2, 3, 1, '7', 5, 2, 1, 2, 0, 'a', 'b'};

    cut_everywhere(one, sizeof(one), read_rtp);
    cut_everywhere(two, sizeof(two), read_rtp);
}

/* An extension that claims more than the block has, at every place where it may stand. */
TEST(extensions_that_reach_beyond_their_block)
{
    for (size_t at = 0; at < 8; at++) {
        uint8_t p[RTP_HEADER + 4 + 8] = {0x90, 96, 0, 1};
        struct rtpext_values x;
        struct rtp r;
        p[12] = 0xbe;
        p[13] = 0xde;
        p[15] = 2;
        p[16 + at] = 0x3f; /* 16 bytes */
        CHECK_OK(rtp_parse(span_of(p, sizeof(p)), &r));
        rtpext_read(&r, &ids, &x);
        CHECK(!x.value[RTPEXT_MID].p);
        p[12] = 0x10;
        p[13] = 0;
        p[16 + at] = 3;
        if (at < 7)
            p[17 + at] = 8;
        CHECK_OK(rtp_parse(span_of(p, sizeof(p)), &r));
        rtpext_read(&r, &ids, &x);
        CHECK(!x.value[RTPEXT_MID].p);
    }
}

static void read_rtcp(struct span cut, size_t whole)
{
    struct span rest = cut;
    uint16_t seqs[RTCP_NACKS_MAX];
    uint32_t ssrcs[RTCP_REPORTS_MAX];
    struct rtcp_report report;
    struct rtcp r;
    size_t parts = 0;

    for (; rtcp_next(&rest, &r); parts++) {
        for (size_t i = 0; (r.kind == RTCP_SR || r.kind == RTCP_RR) && i < r.count; i++)
            rtcp_report_at(&r, i, &report);
        if (r.kind == RTCP_NACK)
            CHECK(rtcp_nacks(&r, seqs, RTCP_NACKS_MAX) == 3 && seqs[2] == 9);
        if (r.kind == RTCP_FIR)
            (void)rtcp_fir_targets(&r, ssrcs, RTCP_REPORTS_MAX);
    }
    CHECK(cut.len < whole ? parts < 6 : parts == 6);
}

TEST(rtcp_of_many_parts)
{
    static const uint16_t missing[] = {5, 6, 9};
    const struct rtcp_report reports[2] = {{.ssrc = 1}, {.ssrc = 2}};
    const struct rtcp_sender sender = {.ntp = 1};
    uint8_t room[512];
    struct rtcp_out o = {.p = room, .cap = sizeof(room)};

    rtcp_put_sr(&o, 1, &sender);
    rtcp_put_rr(&o, 1, reports, 2);
    rtcp_put_cname(&o, 1, "name");
    rtcp_put_nack(&o, 1, 2, missing, 3);
    rtcp_put_pli(&o, 1, 2);
    rtcp_put_bye(&o, 1);
    cut_everywhere(room, o.len, read_rtcp);
}

/* Whatever the room: no part is written half, and what is written can be read. */
TEST(rtcp_into_every_room)
{
    const struct rtcp_report report = {.ssrc = 1};
    uint16_t many[RTCP_NACKS_MAX];

    for (uint16_t i = 0; i < RTCP_NACKS_MAX; i++)
        many[i] = (uint16_t)(i * 20);
    for (size_t cap = 0; cap < 1400; cap += 4) {
        uint8_t *room = mem_alloc(cap ? cap : 1);
        struct rtcp_out o = {.p = room, .cap = cap};
        struct rtcp r;
        rtcp_put_rr(&o, 1, &report, 1);
        rtcp_put_cname(&o, 1, "a name that is somewhat longer");
        rtcp_put_nack(&o, 1, 2, many, RTCP_NACKS_MAX);
        CHECK(o.len <= cap && o.full == (cap < 32 + 44 + 12 + 4 * RTCP_NACKS_MAX));
        struct span rest = span_of(room, o.len);
        while (rtcp_next(&rest, &r))
            ;
        CHECK_EQ(rest.len, 0);
        (void)mem_free(room);
    }
}

static void read_vp8(struct span cut, size_t whole)
{
    struct vp8 v;

    (void)whole;
    if (vp8_parse(cut, &v) != 0)
        return;
    CHECK(v.len <= cut.len);
    CHECK(v.width == 0 || cut.len >= (size_t)v.len + 10);
}

/* RFC 7741, 4.2: each set of the fields that may be there, with a key frame behind. */
TEST(vp8_with_every_set_of_fields)
{
    static const uint8_t frame[] = {0x10, 2, 0, 0x9d, 1, 0x2a, 0x80, 2, 0x68, 1};

    for (unsigned fields = 0; fields < 32; fields++) {
        uint8_t p[32] = {0x90, (uint8_t)(fields << 4)};
        const bool wide = (fields & 16) != 0;
        const bool id = (fields & 8) != 0;
        const bool tl0 = (fields & 4) != 0;
        struct vp8 v;
        size_t n = 2;
        if (id)
            p[n++] = wide ? 0x81 : 0x01;
        if (id && wide)
            p[n++] = 0x02;
        if (tl0)
            p[n++] = 0x33;
        if ((fields & 3) != 0)
            p[n++] = 0xa7;
        memcpy(p + n, frame, sizeof(frame));
        CHECK_OK(vp8_parse(span_of(p, n + sizeof(frame)), &v));
        CHECK(v.len == n && v.key && v.width == 640 && v.height == 360);
        CHECK(v.has_picture_id == id && v.wide == (id && wide));
        CHECK(v.picture_id == (id ? wide ? 0x102 : 1 : 0) && v.tl0_picidx == (tl0 ? 0x33 : 0));
        CHECK(v.has_tl0 == tl0 && v.tid == ((fields & 2) != 0 ? 2 : 0));
        CHECK(v.keyidx == ((fields & 1) != 0 ? 7 : 0) && v.layer_sync == ((fields & 2) != 0));
        cut_everywhere(p, n + sizeof(frame), read_vp8);
    }
}

static void read_sdp(struct span cut, size_t whole)
{
    struct sdp *s = mem_new(struct sdp);
    const char *why = NULL;

    if (sdp_parse(cut, s, &why) != 0) {
        CHECK(why && cut.len < whole);
    } else {
        CHECK(s->media_count > 0 && s->media[0].mid.len > 0 && s->has_fingerprint);
    }
    (void)mem_free(s);
}

TEST(an_offer)
{
    static const char offer[] =
        "v=0\r\no=- 4858 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
        "a=ice-ufrag:Zm9v\r\na=ice-pwd:0123456789abcdefghijklmn\r\na=fingerprint:sha-256 "
        "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
        "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\r\na=setup:actpass\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:0\r\na=rtpmap:96 VP8/90000\r\n"
        "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=simulcast:send l;m;h\r\n"
        "a=extmap:4/sendonly urn:ietf:params:rtp-hdrext:sdes:mid\r\n";

    cut_everywhere(offer, sizeof(offer) - 1, read_sdp);
}
