#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>

enum { V4_BYTES = 4, V6_BYTES = 16, SITE_BYTES = 8, MAPPED_BITS = 96 };

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static struct addr from_v6(const uint8_t *ip, uint16_t port)
{
    struct addr a = {.port = port, .family = 6};

    if (memcmp(ip, mapped, sizeof(mapped)) == 0) {
        a.family = 4;
        memcpy(a.ip, ip + sizeof(mapped), V4_BYTES);
    } else {
        memcpy(a.ip, ip, V6_BYTES);
    }
    return a;
}

int addr_from_sockaddr(const struct sockaddr *sa, struct addr *ret)
{
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof(in));
        *ret = (struct addr){.port = ntohs(in.sin_port), .family = 4};
        memcpy(ret->ip, &in.sin_addr, V4_BYTES);
        return 0;
    }
    if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in;

        memcpy(&in, sa, sizeof(in));
        *ret = from_v6(in.sin6_addr.s6_addr, ntohs(in.sin6_port));
        return 0;
    }
    return -EAFNOSUPPORT;
}

void addr_from_bytes(const uint8_t *ip, size_t n, uint16_t port, struct addr *ret)
{
    if (n == V6_BYTES) {
        *ret = from_v6(ip, port);
    } else {
        *ret = (struct addr){.port = port, .family = 4};
        memcpy(ret->ip, ip, V4_BYTES);
    }
}

bool addr_same_ip(const struct addr *a, const struct addr *b)
{
    return a->family == b->family && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

/* Parses into *ret; *ret_mapped tells that it was written as an IPv4-mapped IPv6 address. */
static int parse(struct span s, struct addr *ret, bool *ret_mapped)
{
    char text[INET6_ADDRSTRLEN];
    uint8_t ip[V6_BYTES];

    if (s.len == 0 || s.len >= sizeof(text) || span_find(s, 0) < s.len)
        return -EBADMSG;
    memcpy(text, s.p, s.len);
    text[s.len] = 0;
    *ret_mapped = false;
    if (inet_pton(AF_INET, text, ip) == 1) {
        *ret = (struct addr){.family = 4};
        memcpy(ret->ip, ip, V4_BYTES);
        return 0;
    }
    if (inet_pton(AF_INET6, text, ip) != 1)
        return -EBADMSG;
    *ret = from_v6(ip, 0);
    *ret_mapped = ret->family == 4;
    return 0;
}

int addr_parse_ip(struct span s, struct addr *ret)
{
    bool was_mapped = false;

    return parse(s, ret, &was_mapped);
}

void addr_write_ip(struct buf *out, const struct addr *a)
{
    char text[INET6_ADDRSTRLEN];

    if (a->family != 0 && inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->ip, text, sizeof(text)))
        buf_add_str(out, text);
}

struct span addr_site(const struct addr *a)
{
    return span_of(a->ip, a->family == 6 ? SITE_BYTES : V4_BYTES);
}

int addr_prefix_parse(struct span s, struct addr_prefix *ret)
{
    const size_t slash = span_find(s, '/');
    struct addr a = {0};
    bool was_mapped = false;
    uint64_t bits = 0;

    const int rc = parse(span_sub(s, 0, slash), &a, &was_mapped);
    if (rc < 0)
        return rc;
    const unsigned written = a.family == 4 && !was_mapped ? 8 * V4_BYTES : 8 * V6_BYTES;
    if (slash == s.len) {
        bits = written;
    } else if (span_u64(span_sub(s, slash + 1, s.len), written, &bits) < 0) {
        return -EBADMSG;
    }
    if (was_mapped) {
        if (bits < MAPPED_BITS)
            return -EBADMSG;
        bits -= MAPPED_BITS;
    }
    *ret = (struct addr_prefix){.addr = a, .bits = (uint8_t)bits};
    return 0;
}

bool addr_prefix_exact(const struct addr_prefix *p)
{
    for (unsigned bit = p->bits; bit < (p->addr.family == 4 ? 8 * V4_BYTES : 8 * V6_BYTES); bit++) {
        if ((p->addr.ip[bit / 8] >> (7 - bit % 8)) & 1)
            return false;
    }
    return true;
}

bool addr_in(const struct addr *a, const struct addr_prefix *p)
{
    const size_t bytes = p->bits / 8;
    const unsigned rest = p->bits % 8;

    if (a->family == 0 || a->family != p->addr.family || memcmp(a->ip, p->addr.ip, bytes) != 0)
        return false;
    return rest == 0 || (a->ip[bytes] ^ p->addr.ip[bytes]) >> (8 - rest) == 0;
}
