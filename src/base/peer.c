#include "base/peer.h"

#include "base/mem.h"

#include <assert.h>

/* clang-format off */
#define V4(a, b, c, d, n)    {{{a, b, c, d}, 0, 4}, n}
#define V6(n, ...)           {{{__VA_ARGS__}, 0, 6}, n}

/* Whoever answers here gives the machine's own credentials, or steers it. */
static const struct addr_prefix never[] = {
    V4(169, 254, 169, 0, 24),   /* EC2, Google, Azure, OpenStack, and their name and time servers */
    V4(169, 254, 170, 0, 24),   /* ECS tasks, EKS pods */
    V4(100, 100, 100, 200, 32), /* Alibaba */
    V4(168, 63, 129, 16, 32),   /* Azure's wire server; not in a special range at all */
    V4(192, 0, 0, 192, 32),     /* Oracle, the older one */
    V6(32, 0xfd, 0x00, 0x0e, 0xc2),                                     /* EC2: fd00:ec2::254, ::23 */
    V6(128, 0xfd, 0x20, 0, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54), /* Google */
    V6(128, 0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa9, 0xfe, 0xa9, 0xfe), /* OpenStack */
};

static const struct addr_prefix special_v4[] = {
    V4(0, 0, 0, 0, 8),       /* this network; Linux takes 0.0.0.0 for itself */
    V4(10, 0, 0, 0, 8),      /* private */
    V4(100, 64, 0, 0, 10),   /* shared, behind carriers' NAT */
    V4(127, 0, 0, 0, 8),     /* loopback */
    V4(168, 63, 129, 16, 32), /* Azure, see above */
    V4(169, 254, 0, 0, 16),  /* link-local */
    V4(172, 16, 0, 0, 12),   /* private */
    V4(192, 0, 0, 0, 24),    /* protocol assignments */
    V4(192, 0, 2, 0, 24),    /* documentation */
    V4(192, 31, 196, 0, 24), /* AS112 */
    V4(192, 52, 193, 0, 24), /* AMT */
    V4(192, 88, 99, 0, 24),  /* relays of 6to4 */
    V4(192, 168, 0, 0, 16),  /* private */
    V4(192, 175, 48, 0, 24), /* AS112 */
    V4(198, 18, 0, 0, 15),   /* benchmarks */
    V4(198, 51, 100, 0, 24), /* documentation */
    V4(203, 0, 113, 0, 24),  /* documentation */
    V4(224, 0, 0, 0, 4),     /* multicast */
    V4(240, 0, 0, 0, 4),     /* reserved, and broadcast */
};

/* All that IANA has given out lies here; ::1, fe80::/10, fec0::/10, fc00::/7, ff00::/8, 100::/64,
 * 5f00::/16 and what is reserved lie outside. */
static const struct addr_prefix global_v6 = V6(3, 0x20);

static const struct addr_prefix special_v6[] = {
    V6(23, 0x20, 0x01),                   /* protocol assignments: benchmarks, ORCHID, AMT, ... */
    V6(32, 0x20, 0x01, 0x0d, 0xb8),       /* documentation */
    V6(48, 0x26, 0x20, 0, 0x4f, 0x80, 0), /* AS112 */
    V6(20, 0x3f, 0xff),                   /* documentation */
};

/* Where an IPv6 address of a kind holds an IPv4 one. */
static const struct spelling {
    struct addr_prefix prefix;
    uint8_t at;
    uint8_t mask; /* each of its bytes is written xor this */
} spellings[] = {
    {V6(96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), 12, 0}, /* mapped */
    {V6(96, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff), 12, 0},       /* translated, RFC 2765 */
    {V6(96, 0), 12, 0},                                        /* compatible, :: and ::1 with it */
    {V6(96, 0, 0x64, 0xff, 0x9b), 12, 0},                      /* NAT64, RFC 6052 */
    {V6(16, 0x20, 0x02), 2, 0},                                /* 6to4 */
    {V6(32, 0x20, 0x01, 0, 0), 4, 0},                          /* Teredo's server */
    {V6(32, 0x20, 0x01, 0, 0), 12, 0xff},                      /* and its client */
};

/* A site's own NAT64 (RFC 8215), and the places where RFC 6052, 2.2 puts the four bytes there. */
static const struct addr_prefix local_nat64 = V6(48, 0, 0x64, 0xff, 0x9b, 0, 1);
static const uint8_t local_places[][4] = {
    {6, 7, 9, 10}, {7, 9, 10, 11}, {9, 10, 11, 12}, {12, 13, 14, 15}};
/* clang-format on */

static bool in_any(const struct addr *a, const struct addr_prefix *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (addr_in(a, &p[i]))
            return true;
    }
    return false;
}

#define IN_TABLE(a, table) in_any(a, table, ARRAY_SIZE(table))

static bool v4_allowed(const struct addr *a, const struct addr_prefix *allowed, size_t n)
{
    if (IN_TABLE(a, never))
        return false;
    return !IN_TABLE(a, special_v4) || in_any(a, allowed, n);
}

static struct addr v4_within(const struct addr *a, const struct spelling *s)
{
    struct addr v4 = {.port = a->port, .family = 4};

    for (size_t i = 0; i < 4; i++)
        v4.ip[i] = a->ip[s->at + i] ^ s->mask;
    return v4;
}

static struct addr v4_at(const struct addr *a, const uint8_t places[4])
{
    struct addr v4 = {.port = a->port, .family = 4};

    for (size_t k = 0; k < 4; k++)
        v4.ip[k] = a->ip[places[k]];
    return v4;
}

/* Could it lead to what is never allowed, wherever this site's NAT64 looks? */
static bool local_nat64_never(const struct addr *a)
{
    for (size_t i = 0; i < ARRAY_SIZE(local_places); i++) {
        const struct addr v4 = v4_at(a, local_places[i]);
        if (IN_TABLE(&v4, never))
            return true;
    }
    return false;
}

/* The interface id of ISATAP (RFC 5214, 6.1): 0000:5efe or 0200:5efe, then the IPv4 address. */
static bool is_isatap(const struct addr *a)
{
    return (a->ip[8] & ~2) == 0 && a->ip[9] == 0 && a->ip[10] == 0x5e && a->ip[11] == 0xfe;
}

static const struct spelling isatap = {.at = 12};

static bool v6_allowed(const struct addr *a, const struct addr_prefix *allowed, size_t n)
{
    if (IN_TABLE(a, never) || (addr_in(a, &local_nat64) && local_nat64_never(a)))
        return false;
    if (is_isatap(a)) {
        const struct addr v4 = v4_within(a, &isatap);
        if (!v4_allowed(&v4, allowed, n))
            return false;
    }
    return (addr_in(a, &global_v6) && !IN_TABLE(a, special_v6)) || in_any(a, allowed, n);
}

/* ::1 is compatible with 0.0.0.1 by its bits, but whoever opens it writes ::1. */
static bool is_loopback(const struct addr *a)
{
    static const struct addr_prefix loopback =
        V6(128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    return addr_in(a, &loopback);
}

size_t peer_within(const struct addr *a, struct addr ret[PEER_WITHIN_MAX])
{
    size_t n = 0;

    static_assert(PEER_WITHIN_MAX >= ARRAY_SIZE(local_places) + 2, "one of each that may meet");
    if (a->family != 6 || is_loopback(a))
        return 0;
    for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
        if (addr_in(a, &spellings[i].prefix))
            ret[n++] = v4_within(a, &spellings[i]);
    }
    if (is_isatap(a))
        ret[n++] = v4_within(a, &isatap);
    for (size_t i = 0; i < ARRAY_SIZE(local_places) && addr_in(a, &local_nat64); i++)
        ret[n++] = v4_at(a, local_places[i]);
    return n;
}

bool peer_allowed(const struct addr *a, const struct addr_prefix *allowed, size_t n)
{
    bool is_v4 = false;

    if (a->family == 4)
        return v4_allowed(a, allowed, n);
    if (a->family != 6)
        return false;
    for (size_t i = 0; i < ARRAY_SIZE(spellings) && !is_loopback(a); i++) {
        if (!addr_in(a, &spellings[i].prefix))
            continue;
        const struct addr v4 = v4_within(a, &spellings[i]);
        if (!v4_allowed(&v4, allowed, n))
            return false;
        is_v4 = true;
    }
    return is_v4 || v6_allowed(a, allowed, n);
}
