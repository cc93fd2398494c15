/*
 * The vectors of RFC 3711, B and RFC 7714, 16 and 17.  Most are given below the derivation of keys, where no door leads to:
 * so the module is taken in whole.
 */
#include "crypto/srtp.c"
#include "support/test.h"

enum { ROOM = 256 };

/* "00 01 0203": the bytes that so many hexadecimal digits say. */
static size_t bytes(const char *hex, uint8_t *out)
{
    size_t digits = 0;
    uint8_t b = 0;

    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        const int c = *hex <= '9' ? *hex - '0' : *hex - 'a' + 10;
        b = (uint8_t)(b << 4 | c);
        if (++digits % 2 == 0)
            out[digits / 2 - 1] = b;
        CHECK(digits / 2 < ROOM);
    }
    return digits / 2;
}

static bool are(const uint8_t *p, size_t n, const char *hex)
{
    uint8_t want[ROOM];

    return bytes(hex, want) == n && memcmp(p, want, n) == 0;
}

/* As srtp_new() makes it, but of session keys. */
static struct srtp *of_session(bool gcm, const char *key_hex, const char *salt_hex)
{
    const struct srtp_keys any = {.profile = gcm ? SRTP_GCM : SRTP_CM};
    struct srtp *s = srtp_new(&any);
    struct transform *both[] = {&s->rtp, &s->rtcp};
    uint8_t key[ROOM];
    uint8_t salt[ROOM];

    (void)bytes(key_hex, key);
    const size_t n = bytes(salt_hex, salt);
    for (size_t i = 0; i < 2; i++) {
        must(EVP_CipherInit_ex(both[i]->cipher, NULL, NULL, key, NULL, 1));
        memcpy(both[i]->salt, salt, n);
    }
    return s;
}

/* RFC 3711, B.3 */
TEST(session_keys_are_derived)
{
    struct srtp_keys k = {.profile = SRTP_CM};
    uint8_t out[SHA1_KEY];

    (void)bytes("e1f97a0d3e018be0d64fa32c06de4139", k.key);
    (void)bytes("0ec675ad498afeebb6960b3aabe6", k.salt);
    derive(&k, RTP_KEY, out, SRTP_KEY);
    CHECK(are(out, SRTP_KEY, "c61e7a93744f39ee10734afe3ff7a087"));
    derive(&k, RTP_SALT, out, SRTP_SALT);
    CHECK(are(out, SRTP_SALT, "30cbbc08863d8c85d49db34a9ae1"));
    derive(&k, RTP_AUTH, out, SHA1_KEY);
    CHECK(are(out, SHA1_KEY, "cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
}

/* RFC 3711, B.2: SSRC and index are 0, so that nothing but the salt is in the counter. */
TEST(the_key_stream_is_that_of_counter_mode)
{
    static const uint8_t zeros[48];
    struct srtp *s =
        of_session(false, "2b7e151628aed2a6abf7158809cf4f3c", "f0f1f2f3f4f5f6f7f8f9fafbfcfd");
    uint8_t out[sizeof(zeros)];

    cm_crypt(&s->rtp, 0, 0, zeros, sizeof(zeros), out);
    CHECK(are(out, sizeof(out),
              "e03ead0935c95e80e166b16dd92b4eb4 d23513162b02d0f72a43a2fe4a5f97ab"
              "41e95b3bb0a2e8dd477901e4fca894c0"));
    srtp_free(s);
}

#define GCM_KEY  "000102030405060708090a0b0c0d0e0f"
#define GCM_SALT "517569642070726f2071756f"

/* RFC 7714, 16.1 */
TEST(gcm_of_rtp_is_as_the_rfc_has_it)
{
    static const char sealed[] = "8040f17b8041f8d35501a0b2"
                                 "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b"
                                 "36de3adf8833899d7f27beb16a9152cf765ee4390cce";
    const struct span words = span_str("Gallia est omnis divisa in partes tres");
    struct srtp *s = of_session(true, GCM_KEY, GCM_SALT);
    uint8_t p[ROOM];
    size_t n;

    (void)bytes("8040f17b8041f8d35501a0b2", p);
    CHECK_EQ(srtp_protect(s, 0xf17b, p, RTP_HEAD_MIN, words), RTP_HEAD_MIN + 38 + GCM_TAG);
    CHECK(are(p, RTP_HEAD_MIN + 38 + GCM_TAG, sealed));
    CHECK_OK(srtp_unprotect(s, p, RTP_HEAD_MIN + 38 + GCM_TAG, &n));
    CHECK(span_eq(span_of(p + RTP_HEAD_MIN, n - RTP_HEAD_MIN), words));
    srtp_free(s);
}

/* RFC 7714, 17.1 */
TEST(gcm_of_rtcp_is_as_the_rfc_has_it)
{
    static const char plain[] =
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeef"
        "deadbeefdeadbeef";
    static const char sealed[] =
        "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b46"
        "86303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4";
    struct srtp *s = of_session(true, GCM_KEY, GCM_SALT);
    uint8_t p[ROOM];
    const size_t len = bytes(plain, p);
    size_t n;

    s->rtcp_index = 0x5d4;
    CHECK_OK(srtcp_protect(s, p, len, sizeof(p), &n));
    CHECK(are(p, n, sealed));
    CHECK_OK(srtcp_unprotect(s, p, n, &n));
    CHECK(are(p, n, plain));
    srtp_free(s);
}

/* The rollover counter is in the initial value of both: the same number a round later is another packet. */
TEST(a_round_later_the_same_words_are_others)
{
    static const enum srtp_profile both[] = {SRTP_CM, SRTP_GCM};

    for (size_t i = 0; i < 2; i++) {
        const struct srtp_keys k = {.profile = both[i], .key = "a key"};
        struct srtp *s = srtp_new(&k);
        uint8_t now[ROOM] = {0x80, 96, 0, 9};
        uint8_t later[ROOM] = {0x80, 96, 0, 9};
        size_t n;

        const int len = srtp_protect(s, 9, now, RTP_HEAD_MIN, span_str("the same words"));
        CHECK_EQ(srtp_protect(s, 0x10009, later, RTP_HEAD_MIN, span_str("the same words")), len);
        CHECK(memcmp(now + RTP_HEAD_MIN, later + RTP_HEAD_MIN, (size_t)len - RTP_HEAD_MIN) != 0);
        /* to one who begins it is the first round, and so not authentic */
        CHECK_EQ(srtp_unprotect(s, later, (size_t)len, &n), -EBADMSG);
        srtp_free(s);
    }
}
