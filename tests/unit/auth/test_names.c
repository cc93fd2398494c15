#include "auth/csrf.h"
#include "auth/names.h"
#include "base/buf.h"
#include "support/test.h"

#include <errno.h>
#include <stdio.h>

static int email(const char *text, struct span *ret)
{
    static struct arena *a;

    a = a ? a : arena_new();
    return names_email(span_str(text), a, ret);
}

TEST(address_has_one_form)
{
    struct span s;

    CHECK_OK(email("  Ada@Example.ORG ", &s));
    CHECK(span_is(s, "ada@example.org"));
    CHECK_EQ(email("ada", &s), -EBADMSG);
    CHECK_EQ(email("@example.org", &s), -EBADMSG);
    CHECK_EQ(email("ada@", &s), -EBADMSG);
    CHECK_EQ(email("a@b@c", &s), -EBADMSG);
    CHECK_EQ(email("a b@c", &s), -EBADMSG);
    CHECK_EQ(email("a\n@c", &s), -EBADMSG);
}

TEST(address_holds_nothing_that_is_not_to_be_seen)
{
    static const char *const bad[] = {
        "x\xe2\x80\xae@x.org",
        "owner@x.org\xe2\x80\x8b",
        "zo\xc3\xab@x.org",
        "a@x..org",
        "a@.org",
        "a@x.org.",
        "a@-x.org",
        "a@x-.org",
        "a<b@x.org",
        "a\"b@x.org",
        "a@[127.0.0.1]",
        "a,b@x.org",
        "Ann <ann@x.org>",
        "a@x_y.org",
        "a@x.org\x7f",
        "a@b@x.org",
    };
    struct span s;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(email(bad[i], &s), -EBADMSG);
    CHECK_OK(email("o'neill+tag?x=%41@mail-1.example.org", &s)); /* odd, and allowed */
    CHECK_OK(email("ann@localhost", &s));
}

TEST(name_may_be_anything_that_can_be_read)
{
    struct span s;

    CHECK_OK(names_name(span_str("  Zoë 山田 👩🏽‍💻 "), &s));
    CHECK(span_is(s, "Zoë 山田 👩🏽‍💻"));
    CHECK_EQ(names_name(span_str("   "), &s), -EBADMSG);
    CHECK_EQ(names_name(span_str("a\tb"), &s), -EBADMSG);
    CHECK_EQ(names_name(span_str("evil\xe2\x80\xaegnp.exe"), &s), -EBADMSG);
    CHECK_EQ(names_name(span_str("\xe2\x81\xa6x"), &s), -EBADMSG);
    CHECK_EQ(names_name(span_str("\xff\xfe"), &s), -EBADMSG);
    CHECK_OK(names_name(span_str("\u3000山田\u3000太郎\u00a0"), &s));
    CHECK(span_is(s, "山田\u3000太郎"));
    CHECK_OK(names_name(span_str("می\u200cخواهم"), &s));
    CHECK_OK(names_name(span_str("Nguye\u0302\u0303n"), &s));
    CHECK_OK(names_name(span_str("ส้มโอ"), &s));
}

/* `joined` puts them behind a name, where they must be refused as well. */
TEST(name_that_hides_something_is_refused)
{
    static const char *const bad[] = {
        "\u200b", "\u200e", "\u200f", "\u061c", "\u2028",   "\u00ad", "\ufeff",     "\ufffe",
        "\u2066", "\u202e", "\u180e", "\ue000", "\xc2\x85", "\u200d", "\U000e0041", "\U0001ffff"};
    char joined[32];
    struct span s;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        CHECK_EQ(names_name(span_str(bad[i]), &s), -EBADMSG);
        (void)snprintf(joined, sizeof(joined), "Owner%s", bad[i]);
        CHECK_EQ(names_name(span_str(joined), &s), -EBADMSG);
    }
}

TEST(name_of_nothing_but_blanks_and_marks_is_refused)
{
    static const char *const bad[] = {"\u00a0", "\u3000", "\u3164", "\u115f",
                                      "\u2800", "\ufe0f", "\u0301", "\u3164 \u3164"};
    struct span s;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(names_name(span_str(bad[i]), &s), -EBADMSG);
}

TEST(letter_carries_few_marks)
{
    struct buf name = {0};
    struct span s;

    buf_add_char(&name, 'a');
    for (unsigned i = 0; i < 5; i++)
        buf_add_str(&name, "\u0301");
    CHECK_OK(names_name(buf_span(&name), &s));
    buf_add_str(&name, "\u0301");
    CHECK_EQ(names_name(buf_span(&name), &s), -EBADMSG);
    buf_done(&name);
}

TEST(another_site_may_change_nothing)
{
    struct csrf_facts f = {
        .changes = true, .has_body = true, .content_type = span_str("application/json")};

    CHECK_OK(csrf_check(&f));
    f.origin_given = true;
    CHECK_EQ(csrf_check(&f), -EPERM);
    f.origin_own = true;
    CHECK_OK(csrf_check(&f));
    f.fetch_site = span_str("cross-site");
    CHECK_EQ(csrf_check(&f), -EPERM);
    f.fetch_site = span_str("same-site");
    CHECK_EQ(csrf_check(&f), -EPERM);
    f.fetch_site = span_str("same-origin");
    CHECK_OK(csrf_check(&f));
    f.changes = false;
    f.origin_own = false;
    CHECK_OK(csrf_check(&f));
}

TEST(form_can_send_no_body)
{
    struct csrf_facts f = {
        .changes = true, .has_body = true, .content_type = span_str("text/plain")};

    CHECK_EQ(csrf_check(&f), -EMEDIUMTYPE);
    f.content_type = SPAN_NONE;
    CHECK_EQ(csrf_check(&f), -EMEDIUMTYPE);
    f.content_type = span_str("Application/JSON; charset=utf-8");
    CHECK_OK(csrf_check(&f));
    f.content_type = span_str("application/jsonp");
    CHECK_EQ(csrf_check(&f), -EMEDIUMTYPE);
}
