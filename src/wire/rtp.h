/*
 * rtp - headers of RTP packets (RFC 3550, 5.1), in and out.
 *
 * A packet is looked at where it stands; nothing is copied.  Writing is in rtpext.h, with the extensions.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

enum {
    RTP_HEADER = 12,
    RTP_SEQ_HALF = 0x8000, /* further apart is the other way round (RFC 3550, A.1) */
};

struct rtp {
    uint32_t timestamp;
    uint32_t ssrc;
    uint16_t seq;
    uint8_t payload_type;
    bool marker;
    uint16_t extension_profile; /* of extension.len > 0 */
    struct span extension;      /* without its own header */
    size_t header_len;          /* bytes before the payload */
    struct span payload;        /* without padding */
};

/* -EBADMSG: not RTP version 2, or shorter than it says. */
int rtp_parse(struct span packet, struct rtp *ret);

/* Does an RTCP packet begin here, rather than RTP (RFC 5761, 4)? */
bool rtp_is_rtcp(const uint8_t *p, size_t n);

/* The 64-bit number that seq is, next to `near`, the highest so far: across where 16 bits begin anew.  A first
 * number is given as it is, plus one round, so that an older one still has a number. */
uint64_t rtp_extend(uint64_t near, uint16_t seq);
