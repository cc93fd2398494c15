#include "base/mem.h"
#include "crypto/totp.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

static const struct span secret = {"12345678901234567890", 20};

TEST(codes_are_those_of_rfc_6238_appendix_b)
{
    static const struct {
        int64_t seconds;
        uint32_t code; /* of the eight digits there the last six */
    } vectors[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                   {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};

    for (size_t i = 0; i < ARRAY_SIZE(vectors); i++)
        CHECK_EQ(totp_code(secret, vectors[i].seconds / TOTP_PERIOD), vectors[i].code);
}

TEST(codes_are_those_of_rfc_4226_appendix_d)
{
    static const uint32_t codes[] = {755224, 287082, 359152, 969429, 338314,
                                     254676, 287922, 162583, 399871, 520489};

    for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
        CHECK_EQ(totp_code(secret, (int64_t)i), codes[i]);
}

static int find(int64_t at, int64_t now, int64_t last, int64_t *ret)
{
    char text[16];

    (void)snprintf(text, sizeof(text), "%06u", totp_code(secret, at));
    return totp_find(secret, span_str(text), now, last, ret);
}

TEST(a_clock_may_be_one_step_off_and_a_step_counts_once)
{
    const int64_t now = 1234567890;
    const int64_t step = now / TOTP_PERIOD;
    int64_t found = 0;

    for (int64_t off = -1; off <= 1; off++) {
        CHECK_OK(find(step + off, now, 0, &found));
        CHECK_EQ(found, step + off);
        CHECK_EQ(find(step + off, now, step + off, &found), -ENOENT);
        CHECK_EQ(find(step + off, now, step + 1, &found), -ENOENT);
    }
    CHECK_EQ(find(step - 2, now, 0, &found), -ENOENT);
    CHECK_EQ(find(step + 2, now, 0, &found), -ENOENT);
}

TEST(what_is_no_code_is_nobodys)
{
    static const char *const texts[] = {"", "5924", "00592", "0059240", "00592a", "005 924"};
    int64_t found;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
        CHECK_EQ(totp_find(secret, span_str(texts[i]), 1234567890, 0, &found), -ENOENT);
    CHECK_OK(totp_find(secret, span_str("005924"), 1234567890, 0, &found));
}

TEST(base32_is_that_of_rfc_4648)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "MY"},
                                           {"fo", "MZXQ"},
                                           {"foo", "MZXW6"},
                                           {"foob", "MZXW6YQ"},
                                           {"fooba", "MZXW6YTB"},
                                           {"foobar", "MZXW6YTBOI"}};

    for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
        struct buf out = {0};
        totp_base32(&out, span_str(pairs[i][0]));
        CHECK_STR(buf_cstr(&out), pairs[i][1]);
        buf_done(&out);
    }
}

TEST(the_address_of_a_secret_escapes_what_is_written_by_people)
{
    struct buf out = {0};

    totp_uri(&out, span_str("foobar"), span_str("A & B?"), span_str("a@b.c"));
    CHECK_STR(buf_cstr(&out),
              "otpauth://totp/A%20%26%20B%3F:a%40b.c?secret=MZXW6YTBOI&issuer=A%20%26%20B%3F");
    buf_done(&out);
}
