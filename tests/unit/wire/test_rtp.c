#include "support/test.h"
#include "wire/rtpext.h"

#include <errno.h>
#include <string.h>

static const uint8_t packet[] = {
    0xb1, 0xe0, 0x12, 0x34, /* version 2, padding, extension, one CSRC; marker, type 96 */
    0x00, 0x00, 0x03, 0xe8, 1,    2,    3,    4, /* 1000, SSRC */
    9,    9,    9,    9,                         /* CSRC */
    0xbe, 0xde, 0,    2,                         /* two words of extensions */
    0x30, '7',  0x51, 0x01, 0x02, 0x00, 0x60, 0x85, 'h', 'e', 'l', 'l', 'o', 0, 0, 3,
};

TEST(a_packet_is_taken_apart)
{
    struct rtp r;

    CHECK_OK(rtp_parse(span_of(packet, sizeof(packet)), &r));
    CHECK(r.marker && r.payload_type == 96 && r.seq == 0x1234 && r.timestamp == 1000);
    CHECK_EQ(r.ssrc, 0x01020304);
    CHECK_EQ(r.header_len, 28);
    CHECK(span_is(r.payload, "hello"));
}

TEST(a_packet_cut_short_is_none)
{
    struct rtp r;

    for (size_t n = 0; n < 28; n++)
        CHECK_EQ(rtp_parse(span_of(packet, n), &r), -EBADMSG);
}

TEST(padding_longer_than_the_payload_and_other_versions_are_refused)
{
    uint8_t p[sizeof(packet)];
    struct rtp r;

    memcpy(p, packet, sizeof(p));
    p[sizeof(p) - 1] = 8;
    CHECK_OK(rtp_parse(span_of(p, sizeof(p)), &r));
    CHECK_EQ(r.payload.len, 0);
    p[sizeof(p) - 1] = 9;
    CHECK_EQ(rtp_parse(span_of(p, sizeof(p)), &r), -EBADMSG);
    p[sizeof(p) - 1] = 0;
    CHECK_EQ(rtp_parse(span_of(p, sizeof(p)), &r), -EBADMSG);
    p[sizeof(p) - 1] = 3;
    p[0] = 0x71;
    CHECK_EQ(rtp_parse(span_of(p, sizeof(p)), &r), -EBADMSG);
}

TEST(extensions_are_found_by_their_numbers)
{
    const struct rtpext_ids ids = {
        .id = {[RTPEXT_MID] = 3, [RTPEXT_TRANSPORT_CC] = 5, [RTPEXT_AUDIO_LEVEL] = 6}};
    struct rtpext_values x;
    struct rtp r;

    CHECK_OK(rtp_parse(span_of(packet, sizeof(packet)), &r));
    rtpext_read(&r, &ids, &x);
    CHECK(span_is(x.value[RTPEXT_MID], "7"));
    CHECK(x.value[RTPEXT_TRANSPORT_CC].len == 2 && x.value[RTPEXT_TRANSPORT_CC].p[1] == 2);
    CHECK(x.value[RTPEXT_AUDIO_LEVEL].len == 1);
    CHECK(!x.value[RTPEXT_RID].p);
}

TEST(two_byte_extensions_are_read_as_well)
{
    static const uint8_t two[] = {0x90, 96, 0, 1, 0, 0, 0,   0, 0, 0, 0,   1,
                                  0x10, 0,  0, 2, 3, 1, 'm', 0, 6, 2, 'a', 'b'};
    const struct rtpext_ids ids = {.id = {[RTPEXT_MID] = 3, [RTPEXT_RID] = 6}};
    struct rtpext_values x;
    struct rtp r;

    CHECK_OK(rtp_parse(span_of(two, sizeof(two)), &r));
    rtpext_read(&r, &ids, &x);
    CHECK(span_is(x.value[RTPEXT_MID], "m") && span_is(x.value[RTPEXT_RID], "ab"));
}

TEST(a_length_beyond_the_end_ends_the_reading)
{
    static const uint8_t bad[] = {0x90, 96, 0,    1,    0, 0, 0,    0,   0,    0,
                                  0,    1,  0xbe, 0xde, 0, 1, 0x30, 'm', 0x65, 1};
    const struct rtpext_ids ids = {.id = {[RTPEXT_MID] = 3, [RTPEXT_RID] = 6}};
    struct rtpext_values x;
    struct rtp r;

    CHECK_OK(rtp_parse(span_of(bad, sizeof(bad)), &r));
    rtpext_read(&r, &ids, &x);
    CHECK(span_is(x.value[RTPEXT_MID], "m") && !x.value[RTPEXT_RID].p);
}

TEST(what_is_written_is_read_again)
{
    const struct rtp_head h = {1000, 0x01020304, 77, 0xffff, 111, true};
    const struct rtpext_ids ids = {.id = {[RTPEXT_MID] = 1, [RTPEXT_TRANSPORT_CC] = 14}};
    const struct rtpext_values x = {.value = {[RTPEXT_MID] = span_str("12"),
                                              [RTPEXT_RID] = span_str("not agreed on"),
                                              [RTPEXT_TRANSPORT_CC] = span_str("zz")}};
    uint8_t out[RTP_HEAD_MAX];
    struct rtpext_values back;
    struct rtp r;
    const size_t n = rtp_write_head(out, &h, &ids, &x);

    CHECK_OK(rtp_parse(span_of(out, n), &r));
    CHECK(r.header_len == n && n % 4 == 0);
    CHECK(r.seq == 0xffff && r.timestamp == 1000 && r.ssrc == 0x01020304 && r.marker);
    CHECK_EQ(r.payload_type, 111);
    rtpext_read(&r, &ids, &back);
    CHECK(span_is(back.value[RTPEXT_MID], "12") && span_is(back.value[RTPEXT_TRANSPORT_CC], "zz"));
}

TEST(rtcp_is_told_from_rtp)
{
    static const struct {
        uint8_t second;
        bool rtcp;
    } cases[] = {{96, false}, {0x80 | 96, false}, {191, false}, {192, true},
                 {200, true}, {223, true},        {224, false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const uint8_t p[2] = {0x80, cases[i].second};
        CHECK_EQ(rtp_is_rtcp(p, 2), cases[i].rtcp);
    }
    CHECK(!rtp_is_rtcp((const uint8_t *)"\x80", 1));
}

TEST(numbers_are_extended_to_the_nearest)
{
    CHECK_EQ(rtp_extend(0, 5), 0x10005);
    CHECK_EQ(rtp_extend(0x1fffe, 1), 0x20001);
    CHECK_EQ(rtp_extend(0x20001, 0xfffe), 0x1fffe);
    CHECK_EQ(rtp_extend(0x20000, 0x7fff), 0x27fff);
    CHECK_EQ(rtp_extend(0x20000, 0x8001), 0x18001);
}
