#include "base/id.h"
#include "base/rand.h"
#include "base/text.h"
#include "support/test.h"

#include <errno.h>

/* RFC 4648, section 10. */
static const struct {
    const char *bytes;
    const char *padded;
    const char *bare;
} vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
};

TEST(base64_follows_the_vectors_of_rfc_4648)
{
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct buf b = {0};

        text_base64(&b, span_str(vectors[i].bytes));
        CHECK_STR(buf_cstr(&b), vectors[i].padded);
        buf_clear(&b);
        text_base64url(&b, span_str(vectors[i].bytes));
        CHECK_STR(buf_cstr(&b), vectors[i].bare);
        buf_clear(&b);
        CHECK_OK(text_from_base64url(span_str(vectors[i].bare), &b));
        CHECK_STR(buf_cstr(&b), vectors[i].bytes);
        buf_done(&b);
    }
}

TEST(base64url_refuses_padding_excess_bits_and_foreign_digits)
{
    static const char *const bad[] = {"Zg==", "Zh", "Zm9", "Z", "Zm9vY", "Zm+v", "Zm/v", "Zm9v "};
    struct buf b = {0};

    buf_add_str(&b, "kept");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(text_from_base64url(span_str(bad[i]), &b), -EBADMSG);
    CHECK_STR(buf_cstr(&b), "kept");
    buf_done(&b);
}

TEST(every_byte_survives_hex_and_base64url)
{
    struct buf text = {0};
    struct buf back = {0};
    char all[256];

    for (size_t i = 0; i < sizeof(all); i++)
        all[i] = (char)i;
    for (size_t n = 0; n <= sizeof(all); n++) {
        buf_clear(&text);
        buf_clear(&back);
        text_base64url(&text, span_of(all, n));
        CHECK_OK(text_from_base64url(buf_span(&text), &back));
        CHECK(span_eq(buf_span(&back), span_of(all, n)));
    }
    buf_clear(&text);
    text_hex(&text, span_of("\x00\x0f\xa5\xff", 4));
    CHECK(span_is(buf_span(&text), "000fa5ff"));
    buf_done(&text);
    buf_done(&back);
}

TEST(an_id_is_a_uuid_of_version_7_ordered_by_time)
{
    /* The time of RFC 9562, A.6. */
    const struct id id = id_new((struct wall){0x017f22e279b0});
    const struct id later = id_new((struct wall){0x017f22e279b1});
    struct id back;

    CHECK(span_starts(id_span(&id), "017f22e2-79b0-7"));
    CHECK(strchr("89ab", id.s[19]) != NULL);
    CHECK(strcmp(id.s, later.s) < 0);
    CHECK_OK(id_parse(id_span(&id), &back));
    CHECK(id_eq(&id, &back));
}

TEST(only_the_canonical_text_of_an_id_is_taken)
{
    static const char *const bad[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
        "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
    };
    struct id id = {{0}};

    CHECK_OK(id_parse(span_str("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"), &id));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(id_parse(span_str(bad[i]), &id), -EBADMSG);
    CHECK_STR(id.s, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(seeded_chance_repeats_and_the_kernels_does_not)
{
    unsigned char a[24];
    unsigned char b[24];

    rand_seed(1);
    rand_bytes(a, sizeof(a));
    rand_seed(1);
    rand_bytes(b, sizeof(b));
    CHECK(memcmp(a, b, sizeof(a)) == 0);
    rand_seed(0);
    rand_bytes(a, sizeof(a));
    CHECK(memcmp(a, b, sizeof(a)) != 0);
    for (int i = 0; i < 1000; i++)
        CHECK(rand_below(3) < 3);
    CHECK_EQ(rand_below(1), 0);
}
