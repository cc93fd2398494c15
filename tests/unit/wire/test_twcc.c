#include "support/test.h"
#include "wire/twcc.h"

#include <errno.h>

static struct twcc_arrival told[TWCC_PACKETS_MAX];

static int parse(const uint8_t *body, size_t len)
{
    uint8_t number;

    return twcc_parse(span_of(body, len), &number, told, TWCC_PACKETS_MAX);
}

#define PARSE(body) parse(body, sizeof(body))

/* 3.1.3: all kinds of runs. */
TEST(runs_are_read)
{
    static const uint8_t body[] = {
        0xff, 0xff, 0,    6,    0,    0, 1, 0, /* from 65535 on, 6 packets */
        0x20, 2,                               /* 2 small */
        0x00, 1,                               /* 1 missing */
        0x40, 3,                               /* 3 large */
        4,    0,    0x7f, 0xff, 0x80, 0, 0, 4,
    };

    CHECK_EQ(PARSE(body), 6);
    CHECK(told[0].seq == 65535 && told[0].received && told[0].at == 65000);
    CHECK(told[1].seq == 0 && told[1].received && told[1].at == 65000);
    CHECK(told[2].seq == 1 && !told[2].received);
    CHECK_EQ(told[3].at, 65000 + 0x7fff * 250);
    CHECK_EQ(told[4].at, 65000 - 250); /* -32768 and 32767 */
    CHECK_EQ(told[5].at, 65000 - 250 + 1000);
    for (size_t n = 0; n < sizeof(body); n++)
        CHECK_EQ(parse(body, n), -EBADMSG);
}

/* 3.1.4: fourteen of one bit, where a delta is a small one; those beyond the count say nothing. */
TEST(vectors_of_one_bit_are_read)
{
    static const uint8_t body[] = {0,    1,    0, 15, 0, 0, 0, 0, 0xaa, 0xaa,
                                   0xa0, 0x00, 1, 1,  1, 1, 1, 1, 1,    1};

    CHECK_EQ(PARSE(body), 15);
    for (int i = 0; i < 15; i++)
        CHECK_EQ(told[i].received, i < 14 ? i % 2 == 0 : true);
    CHECK_EQ(told[14].at, 8 * 250);
}

TEST(what_is_not_whole_is_refused)
{
    static const uint8_t none[] = {0, 1, 0, 0, 0, 0, 0, 0, 0x20, 0};
    static const uint8_t empty_run[] = {0, 1, 0, 1, 0, 0, 0, 0, 0x20, 0, 1, 1};
    static const uint8_t reserved[] = {0, 1, 0, 1, 0, 0, 0, 0, 0x60, 1, 1, 1};
    static const uint8_t many[] = {0, 1, 2, 1, 0, 0, 0, 0, 0x02, 1};

    CHECK_EQ(PARSE(none), -EBADMSG);
    CHECK_EQ(PARSE(empty_run), -EBADMSG);
    CHECK_EQ(PARSE(reserved), -EBADMSG);
    CHECK_EQ(PARSE(many), -EBADMSG); /* more than TWCC_PACKETS_MAX */
}

/* 24 bits with sign, in steps of 64 ms. */
TEST(reference_times_have_a_sign)
{
    static const uint8_t body[] = {0, 1, 0, 1, 0xff, 0xff, 0xff, 0, 0x20, 1, 4, 0};

    CHECK_EQ(PARSE(body), 1);
    CHECK_EQ(told[0].at, -64000 + 1000);
}

TEST(what_all_came_takes_one_run)
{
    struct twcc_arrival in[200];
    uint8_t body[TWCC_BODY_MAX];
    size_t len;

    for (uint16_t i = 0; i < 200; i++)
        in[i] = (struct twcc_arrival){i, true, 64000 + i * 250};
    CHECK_EQ(twcc_write(body, 1, in, 200, &len), 200);
    CHECK_EQ(len, (8 + 2 + 200 + 3) / 4 * 4);
    CHECK(body[8] == 0x20 && body[9] == 200);
}

TEST(a_packet_too_far_in_time_is_left_to_the_next)
{
    const struct twcc_arrival in[] = {
        {1, true, 64000}, {2, false, 0}, {3, true, 64000 + 32767 * 250}, {4, true, 20 * 1000000}};
    uint8_t body[TWCC_BODY_MAX];
    size_t len;

    CHECK_EQ(twcc_write(body, 1, in, 4, &len), 3);
    CHECK_EQ(parse(body, len), 3);
    CHECK_EQ(told[2].at - told[0].at, 32767 * 250);
    CHECK_EQ(twcc_write(body, 2, in + 3, 1, &len), 1);
}

/* Whatever came when, as far as ticks can tell it: all of what is written fits, and is read as it was. */
TEST(what_is_written_is_read_as_it_was)
{
    static uint8_t body[TWCC_BODY_MAX];
    struct twcc_arrival in[TWCC_PACKETS_MAX];
    uint64_t seed = 17;

    for (int round = 0; round < 2000; round++) {
        const size_t n = (size_t)round % TWCC_PACKETS_MAX + 1;
        const int loss = round / 7 % 100;
        const int spread = round % 3 == 0 ? 4 : round % 3 == 1 ? 400 : 60000;
        int64_t at = 640000000;
        size_t len;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            const int chance = (int)(seed >> 34);
            at += (chance % spread - spread / 3) * 250;
            in[i] = (struct twcc_arrival){(uint16_t)(65000 + i), i == 0 || chance / 8 % 100 >= loss,
                                          at};
        }
        const size_t wrote = twcc_write(body, 3, in, n, &len);
        CHECK(wrote > 0 && len <= TWCC_BODY_MAX && len % 4 == 0);
        CHECK_EQ(parse(body, len), wrote);
        for (size_t i = 0; i < wrote; i++) {
            CHECK(told[i].seq == in[i].seq && told[i].received == in[i].received);
            if (in[i].received)
                CHECK_EQ(told[i].at, in[i].at);
        }
    }
}
