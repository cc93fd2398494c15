#include "auth/csrf.h"
#include "auth/names.h"
#include "support/test.h"

#include <errno.h>

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
