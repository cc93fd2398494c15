#include "base/utf8.h"
#include "support/test.h"

static const struct {
    const char *text;
    bool valid;
} cases[] = {
    {"", true},
    {"plain ASCII of more than eight bytes", true},
    {"\xc2\x80", true},
    {"\xdf\xbf", true},
    {"\xe0\xa0\x80", true},
    {"\xed\x9f\xbf", true},
    {"\xee\x80\x80", true},
    {"\xef\xbf\xbf", true},
    {"\xf0\x90\x80\x80", true},
    {"\xf4\x8f\xbf\xbf", true},
    {"12345678\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", true},
    {"\x80", false},
    {"\xbf", false},
    {"\xc0\xaf", false},
    {"\xc1\xbf", false},
    {"\xc2", false},
    {"\xc2\x41", false},
    {"\xe0\x80\xaf", false},
    {"\xe0\x9f\xbf", false},
    {"\xed\xa0\x80", false},
    {"\xed\xbf\xbf", false},
    {"\xe2\x82", false},
    {"\xf0\x80\x80\xaf", false},
    {"\xf0\x8f\xbf\xbf", false},
    {"\xf4\x90\x80\x80", false},
    {"\xf5\x80\x80\x80", false},
    {"\xf8\x88\x80\x80\x80", false},
    {"\xfe", false},
    {"\xff", false},
    {"1234567890\xff", false},
};

TEST(validity_is_as_rfc_3629_has_it)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (utf8_valid(span_str(cases[i].text)) != cases[i].valid)
            test_fail(__FILE__, __LINE__, "case %zu", i);
    }
}

TEST(a_split_at_any_byte_changes_nothing)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct span s = span_str(cases[i].text);

        for (size_t at = 0; at <= s.len; at++) {
            struct utf8 u = {0};
            const bool ok = utf8_feed(&u, span_sub(s, 0, at)) &&
                            utf8_feed(&u, span_sub(s, at, s.len)) && utf8_whole(&u);

            CHECK_EQ(ok, cases[i].valid);
        }
    }
}

TEST(a_bad_byte_is_noticed_at_once_and_for_ever)
{
    struct utf8 u = {0};

    CHECK(utf8_feed(&u, span_str("\xf4")));
    CHECK(!utf8_feed(&u, span_str("\x90")));
    CHECK(!utf8_feed(&u, span_str("a")));
    CHECK(!utf8_whole(&u));
}

TEST(code_points_are_counted)
{
    CHECK_EQ(utf8_count(span_str("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
    CHECK_EQ(utf8_count(SPAN_NONE), 0);
}

TEST(characters_are_taken_one_by_one)
{
    static const uint32_t want[] = {'a', 0x7f, 0xe9, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff};
    struct span s = span_str("a\x7f\xc3\xa9\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"
                             "\xf4\x8f\xbf\xbf");

    for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
        CHECK_EQ(utf8_next(&s), want[i]);
    CHECK_EQ(s.len, 0);
}
