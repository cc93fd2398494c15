#include "base/mem.h"
#include "base/peer.h"
#include "support/test.h"

#include <stdio.h>

/* First, last and some address within each range that no stranger may name. */
static const char *const denied_v4[] = {
    "0.0.0.0",         "0.0.0.1",         "0.255.255.255",   "10.0.0.0",        "10.1.2.3",
    "10.255.255.255",  "100.64.0.0",      "100.100.100.200", "100.127.255.255", "127.0.0.0",
    "127.0.0.1",       "127.0.0.53",      "127.255.255.255", "168.63.129.16",   "169.254.0.0",
    "169.254.169.254", "169.254.170.2",   "169.254.255.255", "172.16.0.0",      "172.17.0.1",
    "172.31.255.255",  "192.0.0.0",       "192.0.0.192",     "192.0.0.255",     "192.0.2.0",
    "192.0.2.255",     "192.31.196.1",    "192.52.193.1",    "192.88.99.0",     "192.88.99.255",
    "192.168.0.0",     "192.168.1.1",     "192.168.255.255", "192.175.48.1",    "198.18.0.0",
    "198.19.255.255",  "198.51.100.0",    "198.51.100.255",  "203.0.113.0",     "203.0.113.255",
    "224.0.0.0",       "239.255.255.255", "240.0.0.0",       "255.255.255.254", "255.255.255.255",
};

/* Their neighbours, and some well-known ones. */
static const char *const open_v4[] = {
    "1.0.0.0",         "1.1.1.1",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",
    "100.63.255.255",  "100.128.0.0",     "126.255.255.255", "128.0.0.0",       "168.63.129.15",
    "168.63.129.17",   "169.253.255.255", "169.255.0.0",     "172.15.255.255",  "172.32.0.0",
    "191.255.255.255", "192.0.1.0",       "192.0.3.0",       "192.88.98.255",   "192.88.100.0",
    "192.167.255.255", "192.169.0.0",     "198.17.255.255",  "198.20.0.0",      "198.51.99.255",
    "198.51.101.0",    "203.0.112.255",   "203.0.114.0",     "223.255.255.255",
};

static const char *const denied_v6[] = {
    "::",
    "::1",
    "::2",
    "100::",
    "100::1",
    "100:0:0:1::1",
    "64:ff9b:1::",
    "64:ff9b:1::1",
    "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "64:ff9b:2::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:1::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:1ff:ffff::",
    "2001:db8::",
    "2001:db8::1",
    "2001:db8:ffff:ffff::1",
    "2620:4f:8000::1",
    "3fff::1",
    "3fff:fff::1",
    "4000::1",
    "5f00::1",
    "fc00::",
    "fd00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fdff:ffff::1",
    "fe00::1",
    "fe80::",
    "fe80::1",
    "fe80::a9fe:a9fe",
    "febf::1",
    "fec0::1",
    "feff::1",
    "ff00::",
    "ff02::1",
    "ff0e::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
};

static const char *const open_v6[] = {
    "2000::1",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "2003::1",
    "2620:4f:7fff::1",
    "2620:4f:8001::1",
    "2001:db7::1",
    "2001:db9::1",
    "3ffe::1",
    "3fff:1000::1",
};

static struct addr parse(const char *text)
{
    struct addr a;

    if (addr_parse_ip(span_str(text), &a) != 0)
        test_fail(__FILE__, __LINE__, "%s is no address", text);
    return a;
}

static void expect(const struct addr *a, bool want, const char *text, const char *how)
{
    if (peer_allowed(a, NULL, 0) != want)
        test_fail(__FILE__, __LINE__, "%s %s is %s", text, how, want ? "denied" : "allowed");
}

/* The IPv4 address v4 within an IPv6 one, in the spelling of that name. */
static struct addr spell(const struct addr *v4, const char *how)
{
    struct addr a = {.family = 6};
    const uint8_t *ip = v4->ip;

    if (strcmp(how, "mapped") == 0) {
        a.ip[10] = a.ip[11] = 0xff;
        memcpy(a.ip + 12, ip, 4);
    } else if (strcmp(how, "compatible") == 0) {
        memcpy(a.ip + 12, ip, 4);
    } else if (strcmp(how, "translated") == 0) {
        a.ip[8] = a.ip[9] = 0xff;
        memcpy(a.ip + 12, ip, 4);
    } else if (strcmp(how, "nat64") == 0) {
        memcpy(a.ip, "\x00\x64\xff\x9b", 4);
        memcpy(a.ip + 12, ip, 4);
    } else if (strcmp(how, "6to4") == 0) {
        memcpy(a.ip, "\x20\x02", 2);
        memcpy(a.ip + 2, ip, 4);
        a.ip[15] = 1;
    } else if (strcmp(how, "teredo client") == 0) {
        memcpy(a.ip, "\x20\x01\x00\x00\x08\x08\x08\x08", 8);
        for (size_t i = 0; i < 4; i++)
            a.ip[12 + i] = ip[i] ^ 0xff;
    } else if (strcmp(how, "teredo server") == 0) {
        memcpy(a.ip, "\x20\x01", 2);
        memcpy(a.ip + 4, ip, 4);
        memset(a.ip + 12, 0xf7, 4); /* 8.8.8.8 */
    } else if (strcmp(how, "isatap") == 0) {
        memcpy(a.ip, "\x2a\x00\x14\x50\x00\x00\x00\x00\x00\x00\x5e\xfe", 12);
        memcpy(a.ip + 12, ip, 4);
    } else { /* isatap, the address said to be unique */
        memcpy(a.ip, "\x2a\x00\x14\x50\x00\x00\x00\x00\x02\x00\x5e\xfe", 12);
        memcpy(a.ip + 12, ip, 4);
    }
    return a;
}

static const char *const spellings[] = {"mapped",        "compatible",    "translated",
                                        "nat64",         "6to4",          "isatap",
                                        "teredo client", "teredo server", "isatap unique"};

TEST(special_ranges_are_denied_and_their_neighbours_are_not)
{
    for (size_t i = 0; i < ARRAY_SIZE(denied_v4); i++) {
        const struct addr a = parse(denied_v4[i]);
        expect(&a, false, denied_v4[i], "itself");
    }
    for (size_t i = 0; i < ARRAY_SIZE(open_v4); i++) {
        const struct addr a = parse(open_v4[i]);
        expect(&a, true, open_v4[i], "itself");
    }
    for (size_t i = 0; i < ARRAY_SIZE(denied_v6); i++) {
        const struct addr a = parse(denied_v6[i]);
        expect(&a, false, denied_v6[i], "itself");
    }
    for (size_t i = 0; i < ARRAY_SIZE(open_v6); i++) {
        const struct addr a = parse(open_v6[i]);
        expect(&a, true, open_v6[i], "itself");
    }
}

TEST(an_ipv4_address_is_judged_the_same_in_every_spelling)
{
    for (size_t k = 0; k < ARRAY_SIZE(spellings); k++) {
        for (size_t i = 0; i < ARRAY_SIZE(denied_v4); i++) {
            const struct addr v4 = parse(denied_v4[i]);
            const struct addr a = spell(&v4, spellings[k]);
            expect(&a, false, denied_v4[i], spellings[k]);
        }
        for (size_t i = 0; i < ARRAY_SIZE(open_v4); i++) {
            const struct addr v4 = parse(open_v4[i]);
            const struct addr a = spell(&v4, spellings[k]);
            expect(&a, true, open_v4[i], spellings[k]);
        }
    }
}

TEST(written_spellings_are_those_the_table_means)
{
    static const char *const denied[] = {
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::127.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::",
        "2002:a00:1:abcd::1",
        "2001:0:808:808:0:0:80ff:fffe", /* the client is 127.0.0.1 */
        "2001::f7f7:f7f7",              /* the server is 0.0.0.0 */
        "::ffff:0:10.0.0.1",
        "2a00::5efe:10.0.0.1",
        "2a00::200:5efe:c0a8:101",
    };

    for (size_t i = 0; i < ARRAY_SIZE(denied); i++) {
        const struct addr a = parse(denied[i]);
        expect(&a, false, denied[i], "as written");
    }
    const struct addr nat64 = parse("64:ff9b::8.8.8.8");
    CHECK(peer_allowed(&nat64, NULL, 0));
    const struct addr none = {0};
    CHECK(!peer_allowed(&none, NULL, 0));
}

static bool opened(const char *address, const char *prefixes)
{
    struct addr_prefix allowed[4];
    struct span list = span_str(prefixes);
    struct span one;
    size_t n = 0;

    while (span_split(&list, ',', &one))
        CHECK_OK(addr_prefix_parse(one, &allowed[n++]));
    const struct addr a = parse(address);
    return peer_allowed(&a, allowed, n);
}

TEST(the_operator_opens_ranges_on_purpose)
{
    CHECK(opened("10.1.2.3", "10.0.0.0/8"));
    CHECK(!opened("192.168.1.1", "10.0.0.0/8"));
    CHECK(opened("127.0.0.1", "10.0.0.0/8,127.0.0.1"));
    CHECK(!opened("127.0.0.2", "127.0.0.1"));
    CHECK(opened("::1", "::1"));
    CHECK(!opened("::1", "127.0.0.0/8"));
    CHECK(!opened("::1", "0.0.0.0/0"));
    CHECK(opened("fd12::1", "fd12::/16"));
    CHECK(opened("8.8.8.8", "10.0.0.0/8"));
    /* what was opened as IPv4 is open in its other spellings, and only so */
    CHECK(opened("64:ff9b::10.0.0.1", "10.0.0.0/8"));
    CHECK(opened("2002:a00:1::1", "10.0.0.0/8"));
    CHECK(!opened("64:ff9b::10.0.0.1", "64:ff9b::/96"));
    CHECK(!opened("2002:a00:1::1", "::/0"));
    CHECK(!opened("::ffff:0:10.0.0.1", "::/0"));
    CHECK(opened("64:ff9b:1::10.0.0.1", "64:ff9b:1::/48"));
}

TEST(what_hands_out_credentials_is_opened_by_no_list)
{
    static const char *const never[] = {
        "169.254.169.254",
        "169.254.169.253",
        "169.254.170.2",
        "169.254.170.23",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "fe80::a9fe:a9fe",
        "64:ff9b:1::169.254.169.254",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:a9:fe:a9fe::",
        "64:ff9b:1:0:a9:fea9:fe00::",
    };

    for (size_t i = 0; i < ARRAY_SIZE(never); i++) {
        if (opened(never[i], "0.0.0.0/0,::/0"))
            test_fail(__FILE__, __LINE__, "%s is allowed", never[i]);
    }
    CHECK(opened("169.254.1.1", "0.0.0.0/0"));
    for (size_t k = 0; k < ARRAY_SIZE(spellings); k++) {
        const struct addr v4 = parse("169.254.169.254");
        const struct addr a = spell(&v4, spellings[k]);
        const struct addr_prefix all[] = {{{.family = 4}, 0}, {{.family = 6}, 0}};
        CHECK(!peer_allowed(&a, all, 2));
    }
}
