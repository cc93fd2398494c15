/*
 * estimate - how much the line to one receiver carries, from what it says of packets that were sent.
 *
 * What comes from a room is not ours to send faster or slower, so that most of the time less is sent than
 * would go.  Until the line has been full for the first time the estimate is doubled as long as all goes well;
 * from then on it follows the line: down to a share of what arrives when the queue grows or much is lost, slowly up
 * while it does not, and up at once when a probe - more being sent for a moment - came through.
 *
 * Constants as in libwebrtc's and LiveKit's, where they are known; loss is suffered longer than there, since a line
 * of radio loses without being full, and what is lost is sent again.
 *
 * Pure; told the time.
 *
 * Thread: the owner's.
 */
#pragma once

#include "media/trend.h"
#include "media/twcc_out.h"

enum {
    ESTIMATE_FIRST = 600 * 1000, /* bits a second */
    ESTIMATE_MIN = 40 * 1000,
    ESTIMATE_MAX = 50 * 1000 * 1000,
    ESTIMATE_BUCKETS = 16, /* of arrivals */
};

#define ESTIMATE_BUCKET (50 * MSEC)
#define ESTIMATE_SILENCE                                                                           \
    (2 * SEC) /* without feedback of what is sent, the line is as good as gone */

struct estimate {
    struct trend trend;
    uint32_t rate;     /* bits a second */
    bool full_once;    /* the line has been full, so that the estimate means something */
    usec_t settled_at; /* 0: never */
    usec_t lowered_at; /* 0: never */
    usec_t heard_at;   /* the last feedback */
    usec_t sent_at;    /* the first packet since */
    uint64_t bucket[ESTIMATE_BUCKETS]; /* bytes that arrived */
    int64_t bucket_at;                 /* number of the newest */
    int64_t first_bucket;
    uint32_t lost; /* packets, since loss_at */
    uint32_t told;
    usec_t loss_at;
    struct estimate_probe {
        uint8_t id; /* 0: there is none */
        bool over;  /* all of it is sent */
        uint32_t target;
        usec_t until; /* when it is judged, once over */
        uint32_t sent;
        uint32_t arrived;
        uint64_t bytes; /* of those that arrived, but the first */
        int64_t first_at;
        int64_t last_at;
    } probe;
    uint8_t probes;
    usec_t probed_at; /* when the last one was judged */
    usec_t patience;  /* until the next */
};

void estimate_init(struct estimate *e, usec_t now);

/* A packet has gone out. */
void estimate_sent(struct estimate *e, usec_t now);
/* What became of one. */
void estimate_heard(struct estimate *e, const struct twcc_result *r);
/* All that one feedback told was given in.  rtt: 0: not known. */
void estimate_settle(struct estimate *e, usec_t rtt, usec_t now);
/* Time goes by; now and then, a few times a second. */
void estimate_tick(struct estimate *e, usec_t now);

/* What arrives, bits a second. */
uint32_t estimate_arriving(const struct estimate *e);

/*
 * More is wanted than the estimate allows: `want` bits a second.  True: from now on for ESTIMATE_PROBE, so much is to
 * be sent as e->probe.target says, in packets that bear e->probe.id; then estimate_probed().
 */
bool estimate_probe(struct estimate *e, uint32_t want, usec_t rtt, usec_t now);
void estimate_probed(struct estimate *e, usec_t rtt, usec_t now);

#define ESTIMATE_PROBE (120 * MSEC)
