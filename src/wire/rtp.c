#include "wire/rtp.h"

#include <errno.h>

static uint16_t get16(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;

    return (uint16_t)(b[0] << 8 | b[1]);
}

static uint32_t get32(const char *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static int skip_extension(struct span packet, struct rtp *r)
{
    if (packet.len < r->header_len + 4)
        return -EBADMSG;
    const size_t len = (size_t)get16(packet.p + r->header_len + 2) * 4;
    r->extension_profile = get16(packet.p + r->header_len);
    r->header_len += 4;
    if (packet.len < r->header_len + len)
        return -EBADMSG;
    r->extension = span_sub(packet, r->header_len, len);
    r->header_len += len;
    return 0;
}

int rtp_parse(struct span packet, struct rtp *ret)
{
    struct rtp r = {0};
    size_t padding = 0;

    if (packet.len < RTP_HEADER)
        return -EBADMSG;
    const uint8_t first = (uint8_t)packet.p[0];
    const uint8_t second = (uint8_t)packet.p[1];
    if (first >> 6 != 2)
        return -EBADMSG;
    r.marker = (second & 0x80) != 0;
    r.payload_type = second & 0x7f;
    r.seq = get16(packet.p + 2);
    r.timestamp = get32(packet.p + 4);
    r.ssrc = get32(packet.p + 8);
    r.header_len = RTP_HEADER + (size_t)(first & 0x0f) * 4;
    if (packet.len < r.header_len)
        return -EBADMSG;
    if ((first & 0x10) != 0 && skip_extension(packet, &r) != 0)
        return -EBADMSG;
    if ((first & 0x20) != 0) {
        padding = (uint8_t)packet.p[packet.len - 1];
        if (padding == 0 || r.header_len + padding > packet.len)
            return -EBADMSG;
    }
    r.payload = span_sub(packet, r.header_len, packet.len - r.header_len - padding);
    *ret = r;
    return 0;
}

bool rtp_is_rtcp(const uint8_t *p, size_t n)
{
    return n >= 2 && p[1] >= 192 && p[1] <= 223;
}

uint64_t rtp_extend(uint64_t near, uint16_t seq)
{
    if (near == 0)
        return 0x10000 + (uint64_t)seq;
    return near + (uint64_t)(int64_t)(int16_t)(uint16_t)(seq - (uint16_t)near);
}
