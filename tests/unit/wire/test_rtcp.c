#include "support/test.h"
#include "wire/rtcp.h"
#include "wire/twcc.h"

#include <errno.h>
#include <string.h>

static struct rtcp one(const struct rtcp_out *o)
{
    struct span rest = span_of(o->p, o->len);
    struct rtcp r;

    CHECK(rtcp_next(&rest, &r));
    CHECK_EQ(rest.len, 0);
    return r;
}

TEST(a_compound_is_walked_part_by_part)
{
    const struct rtcp_sender s = {0x0102030405060708, 90000, 10, 1000};
    const struct rtcp_report told = {7, 64, -3, 0x10005, 12, 99, 65536};
    uint8_t room[256];
    struct rtcp_out o = {.p = room, .cap = sizeof(room)};
    struct rtcp_report back;
    struct rtcp r;

    rtcp_put_sr(&o, 1, &s);
    rtcp_put_rr(&o, 1, &told, 1);
    rtcp_put_cname(&o, 1, "convene");
    rtcp_put_bye(&o, 1);
    CHECK(!o.full && o.len % 4 == 0);
    struct span rest = span_of(room, o.len);
    CHECK(rtcp_next(&rest, &r) && r.kind == RTCP_SR && r.sender == 1);
    CHECK(r.report.ntp == s.ntp && r.report.timestamp == 90000 && r.report.packets == 10);
    CHECK(rtcp_next(&rest, &r) && r.kind == RTCP_RR && r.count == 1);
    rtcp_report_at(&r, 0, &back);
    CHECK(back.ssrc == 7 && back.fraction_lost == 64 && back.lost == -3 && back.highest == 0x10005);
    CHECK(back.jitter == 12 && back.last_sr == 99 && back.delay == 65536);
    CHECK(rtcp_next(&rest, &r) && r.kind == RTCP_OTHER);
    CHECK(rtcp_next(&rest, &r) && r.kind == RTCP_BYE);
    CHECK(!rtcp_next(&rest, &r));
}

TEST(a_part_cut_short_ends_the_walk)
{
    const struct rtcp_report told = {.ssrc = 7};
    uint8_t room[64];
    struct rtcp_out o = {.p = room, .cap = sizeof(room)};
    struct rtcp r;

    rtcp_put_rr(&o, 1, &told, 1);
    for (size_t n = 0; n < o.len; n++) {
        struct span rest = span_of(room, n);
        CHECK(!rtcp_next(&rest, &r));
    }
    room[0] |= 31; /* more blocks than there are bytes */
    struct span rest = span_of(room, o.len);
    CHECK(!rtcp_next(&rest, &r) || r.count <= 1);
}

TEST(what_does_not_fit_is_left_out_whole)
{
    uint8_t room[16];
    struct rtcp_out o = {.p = room, .cap = sizeof(room)};

    rtcp_put_pli(&o, 1, 2);
    CHECK(!o.full && o.len == 12);
    rtcp_put_pli(&o, 1, 3);
    CHECK(o.full && o.len == 12);
}

/* RFC 4585, 6.2.1: a number and 16 that follow it in one block. */
TEST(missing_numbers_share_blocks)
{
    static const uint16_t seqs[] = {65530, 65535, 10, 11, 27, 28};
    uint8_t room[64];
    struct rtcp_out o = {.p = room, .cap = sizeof(room)};
    uint16_t back[RTCP_NACKS_MAX];

    rtcp_put_nack(&o, 1, 2, seqs, 6);
    CHECK_EQ(o.len, 12 + 3 * 4); /* 65530 with 65535 and 10; 11 with 27; 28 */
    const struct rtcp r = one(&o);
    CHECK(r.kind == RTCP_NACK && r.media == 2);
    CHECK_EQ(rtcp_nacks(&r, back, RTCP_NACKS_MAX), 6);
    CHECK(memcmp(back, seqs, sizeof(seqs)) == 0);
    CHECK_EQ(rtcp_nacks(&r, back, 2), 2);
}

TEST(a_full_request_names_its_streams)
{
    static const uint8_t fir[] = {0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 3, 0, 0, 0};
    struct span rest = span_of(fir, sizeof(fir));
    uint32_t ssrcs[4];
    struct rtcp r;

    CHECK(rtcp_next(&rest, &r) && r.kind == RTCP_FIR);
    CHECK(rtcp_fir_targets(&r, ssrcs, 4) == 1 && ssrcs[0] == 5);
}

TEST(arrivals_are_told_and_read_again)
{
    struct twcc_arrival in[300];
    struct twcc_arrival back[TWCC_PACKETS_MAX];
    uint8_t body[TWCC_BODY_MAX];
    uint8_t number;
    size_t len;
    int64_t at = 64000 * 1000;

    for (size_t i = 0; i < 300; i++) {
        const bool received = i % 7 != 3 && !(i > 100 && i < 180);
        at +=
            i % 50 == 49 ? 70000 : 250 * (int64_t)(i % 5); /* now and then more than a byte tells */
        in[i] = (struct twcc_arrival){(uint16_t)(65500 + i), received, received ? at : 0};
    }
    CHECK_EQ(twcc_write(body, 9, in, 300, &len), 300);
    CHECK_EQ(len % 4, 0);
    CHECK_EQ(twcc_parse(span_of(body, len), &number, back, TWCC_PACKETS_MAX), 300);
    CHECK_EQ(number, 9);
    for (size_t i = 0; i < 300; i++) {
        CHECK(back[i].seq == in[i].seq && back[i].received == in[i].received);
        if (in[i].received)
            CHECK_EQ(back[i].at - back[0].at, in[i].at - in[0].at);
    }
}

/* draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1: chunks of both kinds, small and large deltas. */
TEST(feedback_as_browsers_send_it_is_read)
{
    static const uint8_t body[] = {
        0,    10,   0,    9,     /* from 10 on, 9 packets */
        0,    0,    2,    5,     /* reference 2 * 64 ms, number 5 */
        0x20, 0x03,              /* a run of 3, small deltas */
        0xd9, 0x10,              /* two bits each: small, large, small, none, small, none, none */
        4,    8,    0,           /* 1 ms, 2 ms, 0 */
        4,    0xff, 0xfc, 12, 4, /* 1 ms, -1 ms, 3 ms, 1 ms */
    };
    struct twcc_arrival a[16];
    uint8_t number;

    CHECK_EQ(twcc_parse(span_of(body, sizeof(body)), &number, a, 16), 9);
    CHECK_EQ(number, 5);
    CHECK(a[0].seq == 10 && a[0].at == 128000 + 1000);
    CHECK_EQ(a[1].at, 131000);
    CHECK_EQ(a[2].at, 131000);
    CHECK_EQ(a[3].at, 132000);
    CHECK_EQ(a[4].at, 131000);
    CHECK_EQ(a[5].at, 134000);
    CHECK(!a[6].received && a[7].received && a[7].at == 135000 && !a[8].received);
    for (size_t n = 0; n < sizeof(body); n++)
        CHECK_EQ(twcc_parse(span_of(body, n), &number, a, 16), -EBADMSG);
    CHECK_EQ(twcc_parse(span_of(body, sizeof(body)), &number, a, 8), -EBADMSG);
}
