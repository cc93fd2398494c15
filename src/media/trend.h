/*
 * trend - does the queue before a receiver grow?  From when packets were sent and when they arrived.
 *
 * As GCC's trendline filter does it (draft-ietf-rmcat-gcc-02, 5; the filter and its constants as in libwebrtc):
 * packets that were sent together are one group; how much later each group arrives than the one before it, less
 * how much later it was sent, is added up and smoothed; a line is laid through the last of these, and its slope is held
 * against a threshold that adapts, so that what competes with us does not make us starve.
 *
 * A receiver that is busy, or a radio, holds packets up and lets them go at once: then the slope is steep, but the last of
 * them is as early as ever.  So a queue is believed in only while packets come later than they did at best.
 *
 * Pure; clocks of sender and receiver need not agree.
 *
 * Thread: the owner's.
 */
#pragma once

#include "base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TREND_WINDOW = 20,  /* groups a line is laid through */
    TREND_GROUP_MS = 5, /* packets within it are one group */
};

enum trend_state {
    TREND_NORMAL,
    TREND_OVER,  /* the queue grows */
    TREND_UNDER, /* it empties */
};

struct trend_group {
    usec_t first_sent;
    usec_t last_sent;
    int64_t first_arrived;
    int64_t last_arrived;
    bool any;
};

struct trend {
    struct trend_group now;
    struct trend_group before;
    int64_t began; /* arrival of the first group */
    double sum;    /* ms */
    double best;   /* ms: the least it has been of late */
    double smooth;
    double x[TREND_WINDOW]; /* arrival, ms since began */
    double y[TREND_WINDOW]; /* smoothed sum, ms */
    size_t count;           /* of groups so far */
    double slope;
    double threshold;  /* ms */
    double over_for;   /* ms; below 0: not over */
    int64_t judged_at; /* arrival */
    enum trend_state state;
};

void trend_init(struct trend *t);
/* A packet that arrived; in the order of sending, as far as they came so. */
void trend_seen(struct trend *t, usec_t sent, int64_t arrived);
