#include "base/span.h"
#include "support/test.h"

#include <errno.h>

TEST(case_is_ignored_for_ascii_letters_only)
{
    CHECK(span_eq_nocase(span_str("Host"), span_str("hOST")));
    CHECK(!span_eq_nocase(span_str("a@"), span_str("a`")));
    CHECK(!span_eq_nocase(span_str("\xc3\x84"), span_str("\xc3\xa4")));
    CHECK(!span_eq_nocase(span_str("ab"), span_str("abc")));
}

TEST(blanks_at_both_ends_are_trimmed)
{
    CHECK(span_is(span_trim(span_str(" \t a b\t ")), "a b"));
    CHECK_EQ(span_trim(span_str(" \t ")).len, 0);
    CHECK_EQ(span_trim(SPAN_NONE).len, 0);
}

TEST(splitting_yields_empty_parts_and_ends_once)
{
    struct span s = span_str("a,,b,");
    struct span part;

    CHECK(span_split(&s, ',', &part) && span_is(part, "a"));
    CHECK(span_split(&s, ',', &part) && span_is(part, ""));
    CHECK(span_split(&s, ',', &part) && span_is(part, "b"));
    CHECK(span_split(&s, ',', &part) && span_is(part, ""));
    CHECK(!span_split(&s, ',', &part));
    CHECK(s.p == NULL);
}

TEST(a_sub_span_is_cut_to_what_there_is)
{
    CHECK(span_is(span_sub(span_str("abcd"), 1, 2), "bc"));
    CHECK(span_is(span_sub(span_str("abcd"), 2, 99), "cd"));
    CHECK_EQ(span_sub(span_str("abcd"), 9, SIZE_MAX).len, 0);
}

TEST(numbers_are_digits_only_and_bounded)
{
    uint64_t v = 7;

    CHECK_OK(span_u64(span_str("18446744073709551615"), UINT64_MAX, &v));
    CHECK(v == UINT64_MAX);
    CHECK_EQ(span_u64(span_str("18446744073709551616"), UINT64_MAX, &v), -ERANGE);
    CHECK_EQ(span_u64(span_str("99999999999999999999999x"), UINT64_MAX, &v), -EBADMSG);
    CHECK_EQ(span_u64(span_str("101"), 100, &v), -ERANGE);
    CHECK_EQ(span_u64(span_str(""), 100, &v), -EBADMSG);
    CHECK_EQ(span_u64(span_str("+1"), 100, &v), -EBADMSG);
    CHECK_EQ(span_u64(span_str("-1"), 100, &v), -EBADMSG);
    CHECK_EQ(span_u64(span_str(" 1"), 100, &v), -EBADMSG);
    CHECK(v == UINT64_MAX); /* untouched on failure */
}

TEST(the_hash_depends_on_every_byte_and_the_length)
{
    char zeros[32] = {0};

    for (size_t n = 1; n <= sizeof(zeros); n++) {
        const uint64_t h = span_hash(span_of(zeros, n));

        CHECK(h != span_hash(span_of(zeros, n - 1)));
        for (size_t i = 0; i < n; i++) {
            zeros[i] = 1;
            CHECK(h != span_hash(span_of(zeros, n)));
            zeros[i] = 0;
        }
        CHECK(h == span_hash(span_of(zeros, n)));
    }
}
