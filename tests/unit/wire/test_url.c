#include "support/test.h"
#include "wire/url.h"

#include <errno.h>

static const char *text(int rc, struct buf *b)
{
    static char out[256];

    CHECK(b->len < sizeof(out));
    memcpy(out, buf_cstr(b), b->len + 1);
    buf_done(b);
    return rc == -EBADMSG ? "bad" : rc == -ENOENT ? "none" : rc == -EEXIST ? "twice" : out;
}

static const char *decoded(const char *s, bool plus)
{
    struct buf b = {0};
    const int rc = url_decode(span_str(s), plus, &b);

    CHECK(rc == 0 || b.len == 0);
    return text(rc, &b);
}

static const char *path(const char *s)
{
    struct buf b = {0};
    const int rc = url_decode_path(span_str(s), &b);

    CHECK(rc == 0 || b.len == 0);
    return text(rc, &b);
}

TEST(escapes_are_decoded_to_clean_text)
{
    static const char *const bad[] = {"%",         "%4",  "%g1",  "%1g",  "%%41", "%00",
                                      "%0a",       "%0D", "%7f",  "\x01", "%ff",  "%c0%af",
                                      "%ed%a0%80", "%C3", "\xff", "a%2",  "%+1",  "% 1"};

    CHECK_STR(decoded("a%20b+c", false), "a b+c");
    CHECK_STR(decoded("a%20b+c", true), "a b c");
    CHECK_STR(decoded("%2b%C3%a4%F0%9f%98%80", true), "+\xc3\xa4\xf0\x9f\x98\x80");
    CHECK_STR(decoded("%2541", false), "%41"); /* once, not twice */
    CHECK_STR(decoded("", false), "");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_STR(decoded(bad[i], true), "bad");
}

TEST(a_path_that_would_need_normalising_is_refused)
{
    static const char *const bad[] = {
        "",        "a",      "//",        "//a",     "/a//b",  "/.",     "/..",
        "/a/../b", "/a/./b", "/%2e%2e/a", "/.%2E",   "/a%2fb", "/a%5cb", "/a\\b",
        "/a/..",   "/%2e",   "/a%00",     "/%c0%ae", "/a//",   "/%2f",
    };

    CHECK_STR(path("/"), "/");
    CHECK_STR(path("/a/b"), "/a/b");
    CHECK_STR(path("/a/"), "/a/");
    CHECK_STR(path("/a%20b/%C3%A4+"), "/a b/\xc3\xa4+");
    CHECK_STR(path("/..a/...?"), "/..a/...?");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_STR(path(bad[i]), "bad");
}

static const char *query(const char *q, const char *name)
{
    struct buf b = {0};
    const int rc = url_query_get(span_str(q), name, &b);

    return text(rc, &b);
}

TEST(a_query_is_searched_by_decoded_name)
{
    CHECK_STR(query("a=1&b=2", "b"), "2");
    CHECK_STR(query("a=1&b=x+y%26z", "b"), "x y&z");
    CHECK_STR(query("%62=2", "b"), "2");
    CHECK_STR(query("b", "b"), "");
    CHECK_STR(query("b=", "b"), "");
    CHECK_STR(query("&&b=1=2&&", "b"), "1=2");
    CHECK_STR(query("a=1", "b"), "none");
    CHECK_STR(query("", "b"), "none");
    CHECK_STR(query("b=1&b=1", "b"), "twice");
    CHECK_STR(query("b=%zz", "b"), "bad");
    CHECK_STR(query("%zz=1&b=1", "b"), "bad");
}

TEST(a_target_splits_at_the_first_question_mark)
{
    struct span p;
    struct span q;

    url_split(span_str("/a?b?c"), &p, &q);
    CHECK(span_is(p, "/a") && span_is(q, "b?c"));
    url_split(span_str("/a"), &p, &q);
    CHECK(span_is(p, "/a") && q.p == NULL);
}

TEST(cookies_are_found_and_foreign_ones_passed_over)
{
    const struct span odd = span_str("a=1; bad name=2; b=\"two\";c=3;; =x; d={\"json\":1}; e=; "
                                     "\xc3\xa4=1; f=a=b");

    CHECK(span_is(url_cookie_get(odd, "a"), "1"));
    CHECK(span_is(url_cookie_get(odd, "b"), "two"));
    CHECK(span_is(url_cookie_get(odd, "c"), "3"));
    CHECK(span_is(url_cookie_get(odd, "e"), "") && url_cookie_get(odd, "e").p);
    CHECK(span_is(url_cookie_get(odd, "f"), "a=b"));
    CHECK(url_cookie_get(odd, "d").p == NULL);
    CHECK(url_cookie_get(odd, "A").p == NULL);
    CHECK(url_cookie_get(SPAN_NONE, "a").p == NULL);
    CHECK(url_cookie_get(span_str("a=1; b=2; a=1"), "a").p == NULL);
    CHECK(url_cookie_get(span_str("a=1\x7f"), "a").p == NULL);
}

TEST(hosts_are_names_or_addresses_with_a_port)
{
    static const struct {
        const char *s;
        const char *name;
        int port;
        enum url_host_kind kind;
    } good[] = {
        {"localhost", "localhost", 0, URL_HOST_NAME},
        {"Chat.Example.org:8080", "Chat.Example.org", 8080, URL_HOST_NAME},
        {"a_b-c.d", "a_b-c.d", 0, URL_HOST_NAME},
        {"3com", "3com", 0, URL_HOST_NAME},
        {"1.2.3.4:1", "1.2.3.4", 1, URL_HOST_IP4},
        {"[::1]:65535", "::1", 65535, URL_HOST_IP6},
        {"[::ffff:1.2.3.4]", "::ffff:1.2.3.4", 0, URL_HOST_IP6},
    };
    static const char *const bad[] = {
        "",          ":80",       "a:",     "a:0",     "a:65536", "a:080000",   "a:-1",
        "a b",       "a/b",       "u@a",    ".a",      "a..b",    "a.",         "1.2.3",
        "1.2.3.4.5", "256.1.1.1", "0x7f",   "127.1",   "[::1",    "::1",        "[]",
        "[1.2.3.4]", "[::1]x",    "[::1]:", "a:80:80", "a%41",    "[::1%25lo]", "\xc3\xa4",
    };
    struct url_host h;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        CHECK_OK(url_host_parse(span_str(good[i].s), &h));
        CHECK(span_is(h.name, good[i].name));
        CHECK_EQ(h.port, good[i].port);
        CHECK_EQ(h.kind, good[i].kind);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (url_host_parse(span_str(bad[i]), &h) != -EBADMSG)
            test_fail(__FILE__, __LINE__, "%s", bad[i]);
    }
}

static bool own(const char *origin, const char *host, bool secure)
{
    struct url_origin o;
    struct url_host h;

    CHECK_OK(url_host_parse(span_str(host), &h));
    const struct url_origin page = url_origin_of(&h, secure);
    return url_origin_parse(span_str(origin), &o) == 0 && url_origin_eq(&o, &page);
}

TEST(only_the_same_scheme_host_and_port_are_one_origin)
{
    CHECK(own("https://host.com", "host.com", true));
    CHECK(own("https://HOST.com", "host.com", true));
    CHECK(own("https://host.com:443", "host.com", true));
    CHECK(own("https://host.com", "host.com:443", true));
    CHECK(own("http://host.com", "host.com:80", false));
    CHECK(own("http://localhost:8080", "localhost:8080", false));
    CHECK(own("http://[::1]:8080", "[::1]:8080", false));
    CHECK(!own("http://host.com", "host.com", true));
    CHECK(!own("https://host.com:8443", "host.com", true));
    CHECK(!own("https://evil-host.com", "host.com", true));
    CHECK(!own("https://host.com.evil.org", "host.com", true));
    CHECK(!own("https://sub.host.com", "host.com", true));
    CHECK(!own("https://host.com/", "host.com", true));
    CHECK(!own("https://host.com@evil.org", "host.com", true));
    CHECK(!own("https://u@host.com", "host.com", true));
    CHECK(!own("null", "host.com", true));
    CHECK(!own("", "host.com", true));
    CHECK(!own("wss://host.com", "host.com", true));
    CHECK(!own("https:/host.com", "host.com", true));
    CHECK(!own("https://host.com https://evil.org", "host.com", true));
}
