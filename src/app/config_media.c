#include "app/config_media.h"

#include "base/mem.h"
#include "port/media_loops.h"

#include <errno.h>

enum {
    RELAY_PORT_MIN = 1024,
    RELAY_PORTS_MIN = 2 * MEDIA_LOOPS_MAX, /* each loop has a pair at least */
    KBIT_MIN = 100,
    KBIT_MAX = 1000000,
};

static int wrong(struct buf *why, const char *text)
{
    buf_add_str(why, text);
    return -EBADMSG;
}

int take_media_port(struct config *c, struct span value, struct buf *why)
{
    uint64_t port;

    c->media_port_set = true;
    c->media_off = span_is(value, "off");
    if (c->media_off)
        return 0;
    if (span_u64(value, UINT16_MAX, &port)) {
        return wrong(why, "must be a UDP port from 0 to 65535 (0: any that is free), or off: no "
                          "STUN and TURN server of its own");
    }
    c->media_port = (uint16_t)port;
    return 0;
}

/* Nobody is to be reached by these: none at all, multicast, one's own link. */
static bool is_no_place(const struct addr *a)
{
    static const struct addr_prefix none[] = {
        {{.ip = {0}, .family = 4}, 8},         {{.ip = {224}, .family = 4}, 3},
        {{.ip = {169, 254}, .family = 4}, 16}, {{.ip = {0}, .family = 6}, 128},
        {{.ip = {0xff}, .family = 6}, 8},      {{.ip = {0xfe, 0x80}, .family = 6}, 10},
    };

    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        if (addr_in(a, &none[i]))
            return true;
    }
    return false;
}

int take_public_ip(struct config *c, struct span value, struct buf *why)
{
    struct span one;

    c->public_ip_count = 0;
    while (span_split(&value, ',', &one)) {
        struct addr *a = &c->public_ips[c->public_ip_count];

        if (c->public_ip_count == CONFIG_PUBLIC_IPS || addr_parse_ip(span_trim(one), a) ||
            (c->public_ip_count == 1 && a->family == c->public_ips[0].family)) {
            return wrong(why, "must be one IPv4 address, one IPv6 address, or both with a comma "
                              "between: under which the Internet reaches this server");
        }
        if (is_no_place(a)) {
            return wrong(why, "names no place that anybody could reach: write the address under "
                              "which the Internet reaches this server, or leave it away, and "
                              "browsers are told the one that they came to");
        }
        c->public_ip_count++;
    }
    return 0;
}

int take_relay_ports(struct config *c, struct span value, struct buf *why)
{
    const size_t dash = span_find(value, '-');
    uint64_t first;
    uint64_t last;

    if (dash == value.len || span_u64(span_trim(span_sub(value, 0, dash)), UINT16_MAX, &first) ||
        span_u64(span_trim(span_sub(value, dash + 1, value.len)), UINT16_MAX, &last) ||
        first < RELAY_PORT_MIN || last < first || last - first + 1 < RELAY_PORTS_MIN) {
        return wrong(why, "must be a range of at least 32 UDP ports from 1024 on, as in "
                          "49152-65535");
    }
    c->relay_first = (uint16_t)first;
    c->relay_last = (uint16_t)last;
    return 0;
}

int take_turn_user_kbit(struct config *c, struct span value, struct buf *why)
{
    uint64_t kbit;

    if (span_u64(value, KBIT_MAX, &kbit) || kbit < KBIT_MIN)
        return wrong(why, "must be a number of kbit/s from 100 to 1000000");
    c->turn_user_kbit = (unsigned)kbit;
    return 0;
}
