/*
 * rtpext - header extensions of RTP (RFC 8285): those we know, and headers with them.
 *
 * Numbers (ids) are agreed on for each connection; in between an extension is one of enum rtpext.  Read in
 * the one-byte and the two-byte form, written in the one-byte form, which browsers agree to.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "wire/rtp.h"

enum rtpext {
    RTPEXT_MID,              /* RFC 9143 */
    RTPEXT_RID,              /* RFC 8852 */
    RTPEXT_RRID,             /* RFC 8852: of the stream that this one repairs */
    RTPEXT_ABS_SEND_TIME,    /* 24 bits of NTP time, 6.18 seconds */
    RTPEXT_TRANSPORT_CC,     /* draft-holmer-rmcat-transport-wide-cc-extensions-01: 16 bits */
    RTPEXT_AUDIO_LEVEL,      /* RFC 6464: V bit and -dBov */
    RTPEXT_CVO,              /* 3GPP TS 26.114, 7.4.5: how the picture is turned */
    RTPEXT_ABS_CAPTURE_TIME, /* webrtc.org: NTP time of capture */
    RTPEXT_PLAYOUT_DELAY,    /* webrtc.org: 12 bits least, 12 bits most, of 10 ms */
    RTPEXT_COUNT_,
};

enum {
    RTPEXT_ID_MAX = 14,    /* of the one-byte form */
    RTPEXT_VALUE_MAX = 16, /* bytes of one of ours there */
    RTP_HEAD_MAX = RTP_HEADER + 4 + 4 + RTPEXT_COUNT_ * (1 + RTPEXT_VALUE_MAX) + 3,
};

struct rtpext_ids {
    uint8_t id[RTPEXT_COUNT_]; /* 0: not agreed on */
};

struct rtpext_values {
    struct span value[RTPEXT_COUNT_]; /* p NULL: not there */
};

const char *rtpext_uri(enum rtpext e);
/* RTPEXT_COUNT_: none of ours. */
enum rtpext rtpext_by_uri(struct span uri);

/* What p carries of ours; what is malformed ends the reading (RFC 8285, 4.2). */
void rtpext_read(const struct rtp *p, const struct rtpext_ids *ids, struct rtpext_values *ret);

struct rtp_head {
    uint32_t timestamp;
    uint32_t ssrc;
    uint32_t csrc; /* 0: none */
    uint16_t seq;
    uint8_t payload_type;
    bool marker;
};

/*
 * A header into out, which has room for RTP_HEAD_MAX; bytes written.  Of values those that are agreed on;
 * they have at most RTPEXT_VALUE_MAX bytes.
 */
size_t rtp_write_head(uint8_t *out, const struct rtp_head *h, const struct rtpext_ids *ids,
                      const struct rtpext_values *values);
