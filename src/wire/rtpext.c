#include "wire/rtpext.h"

#include <assert.h>

enum {
    ONE_BYTE = 0xbede,
    TWO_BYTES = 0x100, /* the upper 12 bits of the profile */
    ID_STOP = 15,
};

static const char *const uris[RTPEXT_COUNT_] = {
    [RTPEXT_MID] = "urn:ietf:params:rtp-hdrext:sdes:mid",
    [RTPEXT_RID] = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    [RTPEXT_RRID] = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    [RTPEXT_ABS_SEND_TIME] = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    [RTPEXT_TRANSPORT_CC] =
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    [RTPEXT_AUDIO_LEVEL] = "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    [RTPEXT_CVO] = "urn:3gpp:video-orientation",
    [RTPEXT_ABS_CAPTURE_TIME] = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
    [RTPEXT_PLAYOUT_DELAY] = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
};

const char *rtpext_uri(enum rtpext e)
{
    return uris[e];
}

enum rtpext rtpext_by_uri(struct span uri)
{
    int e = 0;

    while (e < RTPEXT_COUNT_ && !span_is(uri, uris[e]))
        e++;
    return (enum rtpext)e;
}

static void keep(const struct rtpext_ids *ids, uint8_t id, struct span value,
                 struct rtpext_values *ret)
{
    for (int e = 0; e < RTPEXT_COUNT_; e++) {
        if (ids->id[e] == id)
            ret->value[e] = value;
    }
}

/* Both forms: an id and a length, the value; zero bytes between are padding. */
void rtpext_read(const struct rtp *p, const struct rtpext_ids *ids, struct rtpext_values *ret)
{
    const bool one = p->extension_profile == ONE_BYTE;
    struct span s = p->extension;

    *ret = (struct rtpext_values){0};
    if (!one && p->extension_profile >> 4 != TWO_BYTES)
        return;
    for (size_t at = 0; at < s.len;) {
        const uint8_t b = (uint8_t)s.p[at++];
        uint8_t id = b;
        size_t len;

        if (b == 0)
            continue;
        if (one) {
            id = b >> 4;
            len = (size_t)(b & 0x0f) + 1;
        } else if (at < s.len) {
            len = (uint8_t)s.p[at++];
        } else {
            return;
        }
        if ((one && (id == ID_STOP || id == 0)) || s.len - at < len)
            return;
        keep(ids, id, span_sub(s, at, len), ret);
        at += len;
    }
}

static void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, (uint16_t)(v >> 16));
    put16(p + 2, (uint16_t)v);
}

static size_t write_extensions(uint8_t *out, const struct rtpext_ids *ids,
                               const struct rtpext_values *values)
{
    size_t len = 4;

    for (int e = 0; e < RTPEXT_COUNT_; e++) {
        const struct span v = values->value[e];
        if (!v.p || v.len == 0 || ids->id[e] == 0)
            continue;
        assert(v.len <= RTPEXT_VALUE_MAX && ids->id[e] <= RTPEXT_ID_MAX);
        out[len++] = (uint8_t)(ids->id[e] << 4 | (v.len - 1));
        memcpy(out + len, v.p, v.len);
        len += v.len;
    }
    if (len == 4)
        return 0;
    while (len % 4 != 0)
        out[len++] = 0;
    put16(out, ONE_BYTE);
    put16(out + 2, (uint16_t)((len - 4) / 4));
    return len;
}

size_t rtp_write_head(uint8_t *out, const struct rtp_head *h, const struct rtpext_ids *ids,
                      const struct rtpext_values *values)
{
    size_t len = RTP_HEADER;

    out[0] = 2 << 6;
    out[1] = (uint8_t)((h->marker ? 0x80 : 0) | h->payload_type);
    put16(out + 2, h->seq);
    put32(out + 4, h->timestamp);
    put32(out + 8, h->ssrc);
    if (h->csrc != 0) {
        out[0] |= 1;
        put32(out + len, h->csrc);
        len += 4;
    }
    const size_t extensions = write_extensions(out + len, ids, values);
    if (extensions > 0)
        out[0] |= 0x10;
    return len + extensions;
}
