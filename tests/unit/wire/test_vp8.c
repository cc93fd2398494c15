#include "support/test.h"
#include "wire/vp8.h"

#include <errno.h>
#include <string.h>

/* RFC 7741, 4.2: all fields; then the first bytes of a key frame of 640 x 360 (RFC 6386, 9.1). */
static const uint8_t key[] = {0x90, 0xf0, 0x81, 0x23, 0x45, 0x61, 0x10, 0x02,
                              0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01};

TEST(a_key_frame_says_who_it_is)
{
    struct vp8 v;

    CHECK_OK(vp8_parse(span_of(key, sizeof(key)), &v));
    CHECK(v.start && v.key && v.width == 640 && v.height == 360);
    CHECK(v.has_picture_id && v.wide && v.picture_id == 0x123);
    CHECK(v.has_tl0 && v.tl0_picidx == 0x45);
    CHECK(v.has_tid && v.tid == 1 && v.layer_sync && v.has_keyidx && v.keyidx == 1);
    CHECK_EQ(v.len, 6);
}

TEST(a_descriptor_cut_short_is_none)
{
    struct vp8 v;

    for (size_t n = 0; n < 6; n++)
        CHECK_EQ(vp8_parse(span_of(key, n), &v), -EBADMSG);
}

TEST(other_partitions_and_other_frames_begin_nothing)
{
    static const uint8_t later[] = {0x11, 0x00, 0x00};
    static const uint8_t delta[] = {0x10, 0x01, 0x00, 0x00};
    struct vp8 v;

    CHECK_OK(vp8_parse(span_of(later, sizeof(later)), &v));
    CHECK(!v.start && !v.key);
    CHECK_OK(vp8_parse(span_of(delta, sizeof(delta)), &v));
    CHECK(v.start && !v.key && !v.has_picture_id);
}

TEST(numbers_are_patched_in_place)
{
    static const uint8_t narrow[] = {0x90, 0x80, 0x7f, 0x01};
    uint8_t p[sizeof(key)];
    uint8_t q[sizeof(narrow)];
    struct vp8 v;

    memcpy(p, key, sizeof(p));
    CHECK_OK(vp8_parse(span_of(p, sizeof(p)), &v));
    vp8_patch(p, &v, 0x7fff, 0xee);
    CHECK_OK(vp8_parse(span_of(p, sizeof(p)), &v));
    CHECK(v.picture_id == 0x7fff && v.wide && v.tl0_picidx == 0xee && v.keyidx == 1 && v.tid == 1);
    memcpy(q, narrow, sizeof(q));
    CHECK_OK(vp8_parse(span_of(q, sizeof(q)), &v));
    CHECK(!v.wide && v.picture_id == 0x7f);
    vp8_patch(q, &v, 0x1234, 0);
    CHECK_OK(vp8_parse(span_of(q, sizeof(q)), &v));
    CHECK(!v.wide && v.picture_id == 0x34);
    CHECK_EQ(q[3], narrow[3]);
}
