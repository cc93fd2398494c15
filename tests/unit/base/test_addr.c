#include "base/addr.h"
#include "support/test.h"

#include <errno.h>

static const char *again(const char *text)
{
    static char out[64];
    struct buf b = {0};
    struct addr a;

    if (addr_parse_ip(span_str(text), &a) < 0)
        return "refused";
    addr_write_ip(&b, &a);
    memcpy(out, buf_cstr(&b), b.len + 1);
    buf_done(&b);
    return out;
}

TEST(addresses_have_one_form)
{
    CHECK_STR(again("192.0.2.1"), "192.0.2.1");
    CHECK_STR(again("2001:DB8:0:0::1"), "2001:db8::1");
    CHECK_STR(again("::ffff:192.0.2.1"), "192.0.2.1");
    CHECK_STR(again("::ffff:c000:201"), "192.0.2.1");
    CHECK_STR(again("::1"), "::1");
}

TEST(what_is_not_an_address_is_refused)
{
    static const char *const bad[] = {"",          "1.2.3", "1.2.3.4.5", "256.1.1.1",
                                      "01.2.3.4",  "[::1]", "::1%lo",    "1.2.3.4 ",
                                      "localhost", ":::",   "1.2.3.4:80"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_STR(again(bad[i]), "refused");
    struct addr a;
    CHECK_EQ(addr_parse_ip(span_of("1.2.3.4\0x", 9), &a), -EBADMSG);
}

static bool in(const char *ip, const char *prefix)
{
    struct addr a;
    struct addr_prefix p;

    CHECK_OK(addr_parse_ip(span_str(ip), &a));
    CHECK_OK(addr_prefix_parse(span_str(prefix), &p));
    return addr_in(&a, &p);
}

static bool one_site(const char *a, const char *b)
{
    struct addr x;
    struct addr y;

    CHECK_OK(addr_parse_ip(span_str(a), &x));
    CHECK_OK(addr_parse_ip(span_str(b), &y));
    return span_eq(addr_site(&x), addr_site(&y));
}

TEST(site_is_an_address_or_64_bits_of_one)
{
    CHECK(one_site("192.0.2.1", "192.0.2.1"));
    CHECK(one_site("192.0.2.1", "::ffff:192.0.2.1"));
    CHECK(!one_site("192.0.2.1", "192.0.2.2"));
    CHECK(one_site("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"));
    CHECK(!one_site("2001:db8:0:1::1", "2001:db8:0:2::1"));
    CHECK(!one_site("32.1.13.184", "2001:db8::")); /* the same first four bytes */
}

TEST(prefixes_hold_what_they_say)
{
    CHECK(in("10.255.0.1", "10.0.0.0/8"));
    CHECK(!in("11.0.0.1", "10.0.0.0/8"));
    CHECK(in("172.31.0.1", "172.16.0.0/12"));
    CHECK(!in("172.32.0.1", "172.16.0.0/12"));
    CHECK(in("1.2.3.4", "0.0.0.0/0"));
    CHECK(!in("::1", "0.0.0.0/0"));
    CHECK(in("::1", "::1"));
    CHECK(in("fd00::1", "fc00::/7"));
    CHECK(in("10.1.2.3", "::ffff:10.0.0.0/104"));
}

TEST(bad_prefixes_are_refused)
{
    static const char *const bad[] = {"10.0.0.0/33",      "::/129", "10.0.0.0/",
                                      "10.0.0.0/-1",      "/8",     "10.0.0.0/8/8",
                                      "::ffff:10.0.0.0/8"};
    struct addr_prefix p;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_EQ(addr_prefix_parse(span_str(bad[i]), &p), -EBADMSG);
}

TEST(a_prefix_is_exact_or_names_an_address_in_it)
{
    static const struct {
        const char *text;
        bool exact;
    } cases[] = {{"10.0.0.0/8", true}, {"10.0.0.5/8", false},  {"10.0.0.5", true},
                 {"0.0.0.0/0", true},  {"10.128.0.0/9", true}, {"10.64.0.0/9", false},
                 {"fd00::/8", true},   {"fd00::1/8", false},   {"::1", true}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct addr_prefix p;
        CHECK_OK(addr_prefix_parse(span_str(cases[i].text), &p));
        CHECK_EQ(addr_prefix_exact(&p), cases[i].exact);
    }
}

TEST(socket_addresses_are_taken_with_their_port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(443)};
    struct sockaddr other = {.sa_family = AF_UNIX};
    struct addr a;

    six.sin6_addr.s6_addr[10] = six.sin6_addr.s6_addr[11] = 0xff;
    six.sin6_addr.s6_addr[12] = 127;
    CHECK_OK(addr_from_sockaddr((struct sockaddr *)&six, &a));
    CHECK_EQ(a.family, 4);
    CHECK_EQ(a.port, 443);
    CHECK_EQ(a.ip[0], 127);
    CHECK_EQ(addr_from_sockaddr(&other, &a), -EAFNOSUPPORT);
}
