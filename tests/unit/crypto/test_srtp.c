#include "crypto/srtp.h"
#include "support/test.h"

#include <errno.h>
#include <string.h>

enum { HEAD = 12, ROOM = 256 };

static const struct srtp_keys cm_keys = {
    .profile = SRTP_CM,
    .key = {0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c, 0x06, 0xde,
            0x41, 0x39},
    .salt = {0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6},
};

static const struct srtp_keys gcm_keys = {
    .profile = SRTP_GCM,
    .key = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    .salt = {0x51, 0x75, 0x69, 0x64, 0x20, 0x70, 0x72, 0x6f, 0x20, 0x71, 0x75, 0x6f},
};

static const struct srtp_keys *const both[] = {&cm_keys, &gcm_keys};

static void head(uint8_t *p, uint16_t seq, uint32_t ssrc)
{
    memset(p, 0, HEAD);
    p[0] = 0x80;
    p[1] = 96;
    p[2] = (uint8_t)(seq >> 8);
    p[3] = (uint8_t)seq;
    p[8] = (uint8_t)(ssrc >> 24);
    p[11] = (uint8_t)ssrc;
}

/* A packet of that index with a word in it; its length. */
static size_t sealed(struct srtp *s, uint64_t index, uint8_t *p)
{
    head(p, (uint16_t)index, 7);
    const int n = srtp_protect(s, index, p, HEAD, span_str("a word"));
    CHECK(n > HEAD);
    return (size_t)n;
}

static int opened(struct srtp *s, const uint8_t *p, size_t n)
{
    uint8_t copy[ROOM];
    size_t len = 0;

    memcpy(copy, p, n);
    const int rc = srtp_unprotect(s, copy, n, &len);
    if (rc == 0)
        CHECK(len == HEAD + 6 && memcmp(copy + HEAD, "a word", 6) == 0);
    return rc;
}

/* The keys of RFC 3711, B.3, and the packet that implementations test themselves by. */
TEST(cm_is_as_others_have_it)
{
    static const uint8_t plain[28] = {0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
                                      0xba, 0xbe, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,
                                      0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab};
    static const uint8_t cipher[38] = {0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
                                       0xba, 0xbe, 0x4e, 0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8,
                                       0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d, 0x24, 0x02, 0xb7, 0x8d,
                                       0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb};
    struct srtp *out = srtp_new(&cm_keys);
    struct srtp *in = srtp_new(&cm_keys);
    uint8_t p[64];
    size_t n = 0;

    memcpy(p, plain, HEAD);
    CHECK_EQ(srtp_protect(out, 0x1234, p, HEAD, span_of(plain + HEAD, sizeof(plain) - HEAD)),
             sizeof(cipher));
    CHECK(memcmp(p, cipher, sizeof(cipher)) == 0);
    CHECK_OK(srtp_unprotect(in, p, sizeof(cipher), &n));
    CHECK(n == sizeof(plain) && memcmp(p, plain, n) == 0);
    srtp_free(out);
    srtp_free(in);
}

TEST(a_packet_that_was_touched_is_refused)
{
    for (size_t k = 0; k < 2; k++) {
        struct srtp *out = srtp_new(both[k]);
        struct srtp *in = srtp_new(both[k]);
        uint8_t p[ROOM];
        const size_t n = sealed(out, 1000, p);

        for (size_t bit = 0; bit < n * 8; bit++) {
            p[bit / 8] ^= (uint8_t)(1U << bit % 8);
            CHECK_EQ(opened(in, p, n), -EBADMSG);
            p[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
        for (size_t len = 0; len < n; len++)
            CHECK_EQ(opened(in, p, len), -EBADMSG);
        CHECK_OK(opened(in, p, n));
        CHECK_EQ(opened(in, p, n), -EALREADY);
        srtp_free(out);
        srtp_free(in);
    }
}

TEST(the_window_takes_what_is_late_once)
{
    for (size_t k = 0; k < 2; k++) {
        struct srtp *out = srtp_new(both[k]);
        struct srtp *in = srtp_new(both[k]);
        uint8_t now[ROOM];
        uint8_t late[ROOM];
        uint8_t edge[ROOM];
        const size_t n = sealed(out, 5000, now);

        (void)sealed(out, 5000 - SRTP_WINDOW, late);
        (void)sealed(out, 5001 - SRTP_WINDOW, edge);
        CHECK_OK(opened(in, now, n));
        CHECK_EQ(opened(in, late, n), -EALREADY);
        CHECK_OK(opened(in, edge, n));
        CHECK_EQ(opened(in, edge, n), -EALREADY);
        srtp_free(out);
        srtp_free(in);
    }
}

TEST(numbers_go_on_where_sixteen_bits_begin_anew)
{
    static const uint64_t order[] = {65530, 65535, 65536, 65534, 65537, 131071, 131072, 131070};

    for (size_t k = 0; k < 2; k++) {
        struct srtp *out = srtp_new(both[k]);
        struct srtp *in = srtp_new(both[k]);
        uint8_t p[ROOM];

        for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
            /* no step is longer than half a round, or nobody could tell */
            if (order[i] == 131071) {
                const size_t n = sealed(out, 98304, p);
                CHECK_OK(opened(in, p, n));
            }
            const size_t n = sealed(out, order[i], p);
            CHECK_OK(opened(in, p, n));
            CHECK_EQ(opened(in, p, n), -EALREADY);
        }
        srtp_free(out);
        srtp_free(in);
    }
}

TEST(streams_are_bounded_and_a_forged_one_takes_no_place)
{
    struct srtp *out = srtp_new(&gcm_keys);
    struct srtp *in = srtp_new(&gcm_keys);
    uint8_t p[ROOM];
    size_t len;

    for (uint32_t i = 0; i < 1000; i++) {
        head(p, 1, 1000000 + i);
        CHECK_EQ(srtp_unprotect(in, p, 60, &len), -EBADMSG);
    }
    for (uint32_t i = 0; i <= SRTP_SSRCS; i++) {
        head(p, 1, i);
        const int n = srtp_protect(out, 1, p, HEAD, span_str("x"));
        CHECK_EQ(srtp_unprotect(in, p, (size_t)n, &len), i < SRTP_SSRCS ? 0 : -ENOSPC);
    }
    srtp_free(out);
    srtp_free(in);
}

TEST(rtcp_is_kept_the_same)
{
    static const uint8_t report[28] = {0x80, 200, 0, 6, 0, 0, 0, 7, 1, 2, 3, 4, 5};

    for (size_t k = 0; k < 2; k++) {
        struct srtp *out = srtp_new(both[k]);
        struct srtp *in = srtp_new(both[k]);
        uint8_t p[64];
        uint8_t copy[64];
        size_t n;
        size_t len;

        memcpy(p, report, sizeof(report));
        CHECK_EQ(srtcp_protect(out, p, sizeof(report), sizeof(report) + 4, &n), -ENOSPC);
        CHECK_OK(srtcp_protect(out, p, sizeof(report), sizeof(p), &n));
        CHECK(n <= sizeof(report) + SRTCP_OVERHEAD_MAX);
        for (size_t bit = 0; bit < n * 8; bit++) {
            memcpy(copy, p, n);
            copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
            CHECK_EQ(srtcp_unprotect(in, copy, n, &len), -EBADMSG);
        }
        memcpy(copy, p, n);
        CHECK_OK(srtcp_unprotect(in, copy, n, &len));
        CHECK(len == sizeof(report) && memcmp(copy, report, len) == 0);
        CHECK_EQ(srtcp_unprotect(in, p, n, &len), -EALREADY);
        srtp_free(out);
        srtp_free(in);
    }
}
