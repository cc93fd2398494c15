/*
 * stream - what a client sends in a call, and what it makes of what it receives.
 *
 * Each packet bears a record: whose it is, its number, and when it was sent; behind that a pattern that follows
 * from the number.  A receiver so knows whether it is given all, in order, unharmed, and how late.
 *
 * Thread: the program's only one.
 */
#pragma once

#include "media/twcc_in.h"
#include "wire/rtpext.h"

#include "line.h"

enum {
    STREAM_BURST_MAX = 64, /* packets that are sent at once */
    STREAM_PAYLOAD_MAX = 1300,
    STREAMS_IN_MAX = 16, /* of one client */
};

struct stream_out {
    bool video;
    uint16_t client; /* whose */
    uint32_t ssrc;
    uint8_t payload_type;
    uint8_t level; /* of sound, -dBov */
    char mid[33];
    struct rtpext_ids ids;
    size_t size;       /* bytes of a payload */
    unsigned burst;    /* packets of a frame */
    double every;      /* seconds between frames */
    double due;        /* of the next one */
    uint64_t seq;      /* of the next packet; the first is 1 */
    uint16_t *numbers; /* transport-wide, of the client */
    bool key;          /* a key frame is asked for */
    uint32_t frames;
};

/* Sends the frames that are due; packets. */
size_t stream_send(struct stream_out *s, struct line *l, double now);

struct tally {
    uint64_t got;
    uint64_t lost;
    uint64_t disordered; /* came behind a later one, or twice */
    uint64_t wrong;      /* not authentic, or not what was sent */
    uint64_t checked;
    uint64_t bytes;
    uint32_t *late; /* microseconds, of those that were checked */
    size_t late_count;
    size_t late_cap;
};

struct stream_in {
    uint32_t ssrc;
    uint64_t first;
    uint64_t highest;
    uint64_t got;
    bool knows; /* a record was read */
    uint16_t client;
    uint32_t number; /* of the record that was read last */
    uint64_t at;     /* its seq */
};

struct hearer {
    uint8_t types[4]; /* payload types that count */
    size_t type_count;
    struct rtpext_ids ids; /* of what comes; RTPEXT_TRANSPORT_CC alone is looked at */
    struct twcc_in arrivals;
    unsigned sample; /* one packet of so many is decrypted */
    uint32_t ssrc;   /* of what it says */
    uint64_t reported_ns;
    struct stream_in in[STREAMS_IN_MAX];
    size_t in_count;
};

/* A datagram of RTP, and when the kernel got it, by the wall's clock. */
void stream_hear(struct hearer *h, struct line *l, uint8_t *p, size_t n, uint64_t at_ns,
                 struct tally *t);
/* From now on is counted. */
void stream_begin_count(struct hearer *h);
/* Adds what was missing. */
void stream_end_count(const struct hearer *h, struct tally *t);
/* Feedback, where packets are numbered for it, and a report once a second; to be called ten times a second. */
void stream_report(struct hearer *h, struct line *l, uint64_t now_ns);

uint64_t wall_ns(void);
