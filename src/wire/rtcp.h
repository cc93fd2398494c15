/*
 * rtcp - reports and requests beside RTP (RFC 3550, 6; RFC 4585; RFC 5104), in and out.
 *
 * A compound packet is walked part by part where it stands; what is not known is passed over.  Writing puts
 * parts one after another into room of the caller's; reduced-size ones (RFC 5506) are the callers' choice.
 *
 * Pure.
 *
 * Thread: any.
 */
#pragma once

#include "base/span.h"

enum {
    RTCP_HEADER = 4,
    RTCP_REPORTS_MAX = 31, /* of one part: 5 bits */
    RTCP_NACKS_MAX = 256,  /* numbers that one part asks for; the rest is left out */
    RTCP_PARTS_MAX = 64,   /* of a compound packet */
};

enum rtcp_kind {
    RTCP_OTHER,
    RTCP_SR,
    RTCP_RR,
    RTCP_BYE,
    RTCP_NACK,         /* RFC 4585, 6.2.1 */
    RTCP_TRANSPORT_CC, /* wire/twcc.h reads its body */
    RTCP_PLI,          /* RFC 4585, 6.3.1 */
    RTCP_FIR,          /* RFC 5104, 4.3.1: body has the SSRCs */
};

/* A reception report block (RFC 3550, 6.4.1). */
struct rtcp_report {
    uint32_t ssrc;
    uint8_t fraction_lost; /* of 256 */
    int32_t lost;          /* 24 bits with sign */
    uint32_t highest;      /* extended */
    uint32_t jitter;       /* in units of the clock */
    uint32_t last_sr;      /* the middle 32 bits of its NTP time; 0: none */
    uint32_t delay;        /* since then, in 1/65536 seconds */
};

/* Sender's part of an SR. */
struct rtcp_sender {
    uint64_t ntp;
    uint32_t timestamp;
    uint32_t packets;
    uint32_t octets;
};

struct rtcp {
    enum rtcp_kind kind;
    uint32_t sender;           /* SSRC */
    uint32_t media;            /* SSRC: of feedback */
    struct rtcp_sender report; /* of RTCP_SR */
    uint8_t count;             /* report blocks of RTCP_SR and RTCP_RR, SSRCs of RTCP_BYE */
    struct span body;          /* behind what is above: report blocks, or the feedback's own */
};

/* Takes the next part off *rest.  False: there is none, or what follows is none. */
bool rtcp_next(struct span *rest, struct rtcp *ret);
/* Report block i < count of an SR or RR. */
void rtcp_report_at(const struct rtcp *r, size_t i, struct rtcp_report *ret);
/* The numbers that a generic NACK asks for; how many. */
size_t rtcp_nacks(const struct rtcp *r, uint16_t *ret, size_t max);
/* The SSRCs of an FIR. */
size_t rtcp_fir_targets(const struct rtcp *r, uint32_t *ret, size_t max);

/* A compound packet being written. */
struct rtcp_out {
    uint8_t *p;
    size_t cap;
    size_t len;
    bool full; /* a part did not fit, and is not there */
};

void rtcp_put_sr(struct rtcp_out *o, uint32_t ssrc, const struct rtcp_sender *s);
/* n <= RTCP_REPORTS_MAX. */
void rtcp_put_rr(struct rtcp_out *o, uint32_t ssrc, const struct rtcp_report *reports, size_t n);
/* cname: at most 255 bytes (RFC 3550, 6.5.1). */
void rtcp_put_cname(struct rtcp_out *o, uint32_t ssrc, const char *cname);
/* seqs in rising order; neighbours share a block. */
void rtcp_put_nack(struct rtcp_out *o, uint32_t sender, uint32_t media, const uint16_t *seqs,
                   size_t n);
void rtcp_put_pli(struct rtcp_out *o, uint32_t sender, uint32_t media);
/* Feedback of transport-wide congestion control; body: wire/twcc.h, a whole number of 32-bit words. */
void rtcp_put_transport_cc(struct rtcp_out *o, uint32_t sender, uint32_t media, struct span body);
void rtcp_put_bye(struct rtcp_out *o, uint32_t ssrc);
