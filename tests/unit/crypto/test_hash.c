#include "base/buf.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/hmac.h"
#include "support/test.h"

static void check_hex(const uint8_t *p, size_t n, const char *want)
{
    struct buf hex = {0};

    text_hex(&hex, span_of(p, n));
    CHECK_STR(buf_cstr(&hex), want);
    buf_done(&hex);
}

TEST(sha256_is_that_of_fips_180)
{
    uint8_t d[SHA256_SIZE];

    hash_sha256(span_str("abc"), d);
    check_hex(d, sizeof(d), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash_sha256(SPAN_NONE, d);
    check_hex(d, sizeof(d), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(sha1_is_that_of_fips_180)
{
    uint8_t d[SHA1_SIZE];

    hash_sha1(span_str("abc"), d);
    check_hex(d, sizeof(d), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(hmac_is_that_of_rfc_4231_and_2202)
{
    uint8_t d[SHA256_SIZE];

    hmac_sha256(span_str("Jefe"), span_str("what do ya want for nothing?"), d);
    check_hex(d, SHA256_SIZE, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    hmac_sha1(span_str("Jefe"), span_str("what do ya want for nothing?"), d);
    check_hex(d, SHA1_SIZE, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}
