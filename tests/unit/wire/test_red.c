#include "support/test.h"
#include "wire/red.h"

#include <errno.h>

enum { OPUS = 111, OTHER = 0 };

#define BYTES(...) span_of((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

TEST(the_last_block_is_the_newest)
{
    struct span primary;

    /* 3 bytes from 960 ticks ago, 2 from now */
    CHECK_OK(red_primary(BYTES(0x80 | OPUS, 960 >> 6, (960 & 0x3f) << 2, 3, OPUS, 1, 2, 3, 8, 9),
                         OPUS, &primary));
    CHECK(span_eq(primary, BYTES(8, 9)));
    /* alone */
    CHECK_OK(red_primary(BYTES(OPUS, 7), OPUS, &primary));
    CHECK(span_eq(primary, BYTES(7)));
    /* two older ones, one of a length that takes more than 8 bits */
    CHECK_OK(red_primary(BYTES(0x80 | OPUS, 0, 0, 1, 0x80 | OPUS, 0, 0, 2, OPUS, 1, 2, 3, 4), OPUS,
                         &primary));
    CHECK(span_eq(primary, BYTES(4)));
    /* nothing is said now */
    CHECK_OK(red_primary(BYTES(0x80 | OPUS, 0, 0, 1, OPUS, 1), OPUS, &primary));
    CHECK_EQ(primary.len, 0);
}

TEST(what_is_not_whole_is_refused)
{
    struct span primary;

    CHECK_EQ(red_primary(SPAN_NONE, OPUS, &primary), -EBADMSG);
    CHECK_EQ(red_primary(BYTES(0x80 | OPUS, 0, 0), OPUS, &primary), -EBADMSG);
    CHECK_EQ(red_primary(BYTES(0x80 | OPUS, 0, 0, 1), OPUS, &primary), -EBADMSG);
    CHECK_EQ(red_primary(BYTES(0x80 | OPUS, 0, 0, 3, OPUS, 1, 2), OPUS, &primary), -EBADMSG);
    /* 0x101 bytes, of which the upper bit counts */
    CHECK_EQ(red_primary(BYTES(0x80 | OPUS, 0, 1, 1, OPUS, 1, 2), OPUS, &primary), -EBADMSG);
}

TEST(blocks_of_another_codec_are_refused)
{
    struct span primary;

    CHECK_EQ(red_primary(BYTES(0x80 | OTHER, 0, 0, 1, OPUS, 1, 2), OPUS, &primary), -EBADMSG);
    CHECK_EQ(red_primary(BYTES(0x80 | OPUS, 0, 0, 1, OTHER, 1, 2), OPUS, &primary), -EBADMSG);
}

TEST(so_many_blocks_nobody_needs)
{
    uint8_t many[(RED_BLOCKS_MAX + 1) * 4 + 1];
    struct span primary;

    memset(many, 0, sizeof(many));
    for (size_t i = 0; i + 1 < sizeof(many); i += 4)
        many[i] = 0x80 | OPUS;
    many[sizeof(many) - 1] = OPUS;
    CHECK_EQ(red_primary(span_of(many, sizeof(many)), OPUS, &primary), -EBADMSG);
    CHECK_OK(red_primary(span_of(many + 8, sizeof(many) - 8), OPUS, &primary));
}
