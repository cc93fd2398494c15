#include "base/text.h"
#include "crypto/seal.h"
#include "support/test.h"

#include <errno.h>

static const uint8_t key[SEAL_KEY_SIZE] = {1, 2, 3};

TEST(what_was_sealed_is_opened_by_its_key_and_owner_alone)
{
    struct buf sealed = {0};
    struct buf plain = {0};
    uint8_t other[SEAL_KEY_SIZE] = {9};

    seal(key, span_str("ada"), span_str("hidden"), &sealed);
    CHECK_OK(seal_open(key, span_str("ada"), buf_span(&sealed), &plain));
    CHECK(span_is(buf_span(&plain), "hidden"));
    buf_clear(&plain);
    CHECK_EQ(seal_open(key, span_str("ben"), buf_span(&sealed), &plain), -EBADMSG);
    CHECK_EQ(seal_open(other, span_str("ada"), buf_span(&sealed), &plain), -EBADMSG);
    CHECK_EQ(plain.len, 0);
    buf_done(&sealed);
    buf_done(&plain);
}

TEST(what_was_changed_or_cut_is_refused)
{
    struct buf sealed = {0};
    struct buf plain = {0};

    seal(key, SPAN_NONE, span_str("hidden"), &sealed);
    for (size_t i = 0; i < sealed.len; i++) {
        const char was = sealed.p[i];
        sealed.p[i] = was == 'A' ? 'B' : 'A';
        CHECK_EQ(seal_open(key, SPAN_NONE, buf_span(&sealed), &plain), -EBADMSG);
        sealed.p[i] = was;
        CHECK_EQ(seal_open(key, SPAN_NONE, span_sub(buf_span(&sealed), 0, i), &plain), -EBADMSG);
    }
    CHECK_EQ(seal_open(key, SPAN_NONE, SPAN_NONE, &plain), -EBADMSG);
    CHECK_OK(seal_open(key, SPAN_NONE, buf_span(&sealed), &plain));
    buf_done(&sealed);
    buf_done(&plain);
}

TEST(nothing_can_be_sealed_too)
{
    struct buf sealed = {0};
    struct buf plain = {0};

    seal(key, SPAN_NONE, SPAN_NONE, &sealed);
    CHECK_OK(seal_open(key, SPAN_NONE, buf_span(&sealed), &plain));
    CHECK_EQ(plain.len, 0);
    buf_done(&sealed);
    buf_done(&plain);
}

/* RFC 5869, A.3: no salt; its info is empty there, so the first 32 bytes of its OKM are ours. */
TEST(keys_follow_from_the_secret_as_rfc_5869_has_it)
{
    static const char want[] = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d";
    uint8_t ikm[22];
    uint8_t got[SEAL_KEY_SIZE];
    struct buf hex = {0};

    memset(ikm, 0x0b, sizeof(ikm));
    seal_derive(span_of(ikm, sizeof(ikm)), span_str(""), got);
    text_hex(&hex, span_of(got, sizeof(got)));
    CHECK(span_is(buf_span(&hex), want));
    buf_done(&hex);
}
